"""Import and originals: what came in, what became of each file, and who took it over."""
