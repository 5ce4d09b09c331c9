"""A match whose record has changed: renewed by two people, or reversed by two people."""
