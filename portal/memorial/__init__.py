"""The public memorial: published names only, in a table of its own, filled from above; knows nobody."""
