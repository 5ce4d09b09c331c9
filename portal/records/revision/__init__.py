"""A record that was wrong: corrected with its former versions kept, or withdrawn, by two people."""
