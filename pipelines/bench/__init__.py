"""`make bench`: how fast, as ratios measured in one run. Prints tables and decides nothing."""
