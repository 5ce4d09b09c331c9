"""The hold that protects a relative who may be under pressure."""
