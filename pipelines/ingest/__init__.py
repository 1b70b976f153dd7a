"""Taking in: raw drops to accepted events, quarantine and roster snapshots (the lake)."""
