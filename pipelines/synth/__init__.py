"""A made-up city in the raw format of the contract: people, a school year, and the records they leave."""

from .city import CityCounts, write_city

__all__ = ["CityCounts", "write_city"]
