"""Dagster: the lineage from raw source to page and export, its schedule, its sensor, its checks."""
