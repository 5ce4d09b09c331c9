"""A relative's lost password or phone: a conversation, two signatures, and days in which it can be stopped."""
