"""The covered pictures of a package: one deliberate opening at a time, and the break that follows several."""
