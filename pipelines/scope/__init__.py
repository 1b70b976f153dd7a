"""What a run has to score anew: only what the drops that changed since the last release can move.

`basis` keeps of the last release what a run builds on, `changes` follows what was handed over, changed or
taken back to the units it can move, `views` shows dbt the events of these units.
"""
