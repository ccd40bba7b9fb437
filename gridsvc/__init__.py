"""gridsvc: cells, assignment, heat and coverage for grid management (网格化)."""

__version__ = "0.0.1"
