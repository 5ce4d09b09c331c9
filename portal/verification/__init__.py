"""Who is asking, and how are they related: two separate decisions, each signed by a second person."""
