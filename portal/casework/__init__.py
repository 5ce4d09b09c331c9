"""Who works on a case, and to whom it is closed."""
