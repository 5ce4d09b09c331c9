"""What a family left empty, asked for through their caseworker in words that say nothing of any record."""
