"""Amana: a memorial and notification portal for families of people killed in detention."""
