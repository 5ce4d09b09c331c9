"""Outbox and delivery: carries envelopes, does not know the family, and never what the news is."""
