"""The case team."""
