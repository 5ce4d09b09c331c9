"""Invented data for the demo and for tests; nobody and nothing in it is real."""
