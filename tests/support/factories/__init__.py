"""Factories: each drives the services of its context."""
