"""Screens composed from several contexts; no data of their own."""
