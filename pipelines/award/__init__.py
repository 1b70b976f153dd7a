"""From index to award: a campaign's steps, its shortlists, experts' scores, documents and certificates."""
