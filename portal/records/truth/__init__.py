"""What a record says: quotations with their sources, and the truth that two people confirm."""
