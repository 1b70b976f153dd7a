"""From raw drops to points, indices and ranks: the pipeline behind the `cockpit` command."""
