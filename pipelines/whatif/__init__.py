"""`cockpit whatif`: another rule table scored beside the one in force, by the same models."""
