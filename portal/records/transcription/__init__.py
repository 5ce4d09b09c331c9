"""Reading papers: two people apart from each other, and a third where they differ."""
