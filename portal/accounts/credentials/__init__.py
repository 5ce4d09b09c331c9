"""Changing one's own password and phone."""
