"""Showing a factor once more before a sensitive act."""
