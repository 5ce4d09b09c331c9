"""From the link that opens an account to its first session."""
