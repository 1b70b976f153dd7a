"""An independent reference: raw drops in, every contract table out, in plain Python.

It is written from `rules.md` and `contract.md` alone and shares no code with the project, so that the
two can be held against each other. Clarity comes before speed everywhere in it.
"""
