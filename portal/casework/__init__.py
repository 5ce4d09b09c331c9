"""Who works on a case."""
