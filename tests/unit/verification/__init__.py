"""Tests of the room that asks who is asking."""
