"""Figures of docs/benchmarks.md: ``python -m benchmarks [name …] [--write]``."""
