"""Custody of stored objects: checks by schedule, findings, legal holds."""
