"""How an account goes on: other roles, a leave, an end, and a way back; whatever gives power needs two."""
