"""Untrusted files in, files out."""
