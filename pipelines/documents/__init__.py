"""Typesetting of official documents: PDF by typst, DOCX from a template a clerk edits."""
