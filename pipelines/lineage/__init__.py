"""Lineage: which columns each column is made of, and what each run read and wrote."""
