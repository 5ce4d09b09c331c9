"""Oversight: reading and checking the log, and what a relative may know of who looked."""
