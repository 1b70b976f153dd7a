"""The one exception a user is meant to read."""


class CockpitError(Exception):
    """Something the user can act on: one clear line that names what was wrong and where."""
