"""Benches: how fast the portal is beside a plain way of doing the same, measured in one run."""
