"""The six digits in place of a passkey that is asked for: for some days, granted by two."""
