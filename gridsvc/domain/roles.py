"""Roles and what each may do. Which rows she may see is the database's matter (scope); this is what she may try."""

from __future__ import annotations

# read: areas, cells, maps, aggregates · rows: single events · export: take lists away · import: bring lists in
# divide: draft and publish divisions · areas: import areas and base features · classes: limits of classes
# users: accounts · audit: read the audit · jobs: run other people's jobs (the worker)
PERMISSIONS: dict[str, frozenset[str]] = {
    "officer": frozenset({"read", "rows"}),
    "community": frozenset({"read", "rows", "export", "import"}),
    "street": frozenset({"read", "rows", "export", "import", "divide"}),
    "county": frozenset({"read", "rows", "export", "import", "divide", "areas", "classes"}),
    "analyst": frozenset({"read", "rows", "export"}),
    "auditor": frozenset({"read", "audit"}),
    "admin": frozenset({"read", "import", "divide", "areas", "classes", "users", "audit", "rows", "export"}),
    "system": frozenset({"read", "rows", "export", "import", "divide", "areas", "classes", "users", "audit", "jobs"}),
}
EVERY = frozenset().union(*PERMISSIONS.values())
SIGN_IN = tuple(r for r in PERMISSIONS if r != "system")
