"""People who sign in: credentials, second factor, invitations, roles."""
