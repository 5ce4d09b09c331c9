"""Tests of the publication of a name."""
