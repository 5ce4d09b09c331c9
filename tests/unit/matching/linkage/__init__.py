"""Tests of the room that says whether an inquiry and a record are one person."""
