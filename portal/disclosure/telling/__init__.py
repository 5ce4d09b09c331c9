"""The telling: a person speaks with the relative; only then are layers released, as the relative wishes."""
