"""Passkeys: a second factor that no false page can take, kept beside the six digits."""
