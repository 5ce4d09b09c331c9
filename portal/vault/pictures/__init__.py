"""One deliberate opening of one picture: who, when, how often a day, and the mark by which a leak is traced."""
