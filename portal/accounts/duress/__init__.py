"""A second password for somebody who is forced to sign in."""
