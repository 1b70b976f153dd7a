"""Evidence: a period's results frozen with all they were made of, checked anew anywhere, and restated."""
