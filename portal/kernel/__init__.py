"""Shared words and tools of the house: no Flask, no knowledge of any context."""
