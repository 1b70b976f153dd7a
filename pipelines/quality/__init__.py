"""Checks at the boundary: what was expected of the drops, and what was found."""
