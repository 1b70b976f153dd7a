"""`cockpit signals`: what looks made up in a window of days, with its evidence; advice, never a verdict."""
