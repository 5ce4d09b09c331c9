"""This inquiry and this record are the same person: proposed by one, judged blind by another."""
