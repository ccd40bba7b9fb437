"""Addresses to places."""
