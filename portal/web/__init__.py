"""Flask glue: gate, shape, transaction, answer. Knows no context."""
