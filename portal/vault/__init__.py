"""Encrypted objects, their keys and their custody; knows bytes, not people."""
