"""A name on the memorial: every relative told, at least one agrees to the exact spelling, nobody objects, two sign."""
