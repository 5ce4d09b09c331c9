"""A relative asks about a loved one: the inquiry, the safe contact, the wishes and the consents."""
