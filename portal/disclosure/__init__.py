"""What is told to whom: packages, the telling, and the publication of a name; each signed twice."""
