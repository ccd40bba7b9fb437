"""Roles and what each may do. Which rows she may see is the database's matter (scope); this is what she may try."""

from __future__ import annotations

# read: areas, cells, maps, aggregates · rows: single events · export: take lists away · import: bring lists in
# divide: draft and publish divisions · areas: import areas and base features · classes: limits of classes
# people: residents and their doors, as far as they are her duty · edit: write single records · report: visits
# and hazards found · unmask: see a whole identity number, with a reason
# forget: erase a resident for good · recode: give an area another number, with all that is in it
# users: accounts · audit: read the audit · jobs: run other people's jobs (the worker)
PERMISSIONS: dict[str, frozenset[str]] = {
    "officer": frozenset({"read", "rows", "people", "report"}),
    "community": frozenset({"read", "rows", "export", "import", "people", "edit", "report", "unmask"}),
    "street": frozenset({"read", "rows", "export", "import", "divide", "people", "edit", "report", "unmask"}),
    "county": frozenset({
        "read", "rows", "export", "import", "divide", "areas", "classes", "people", "edit", "report", "unmask",
        "forget",
    }),
    "analyst": frozenset({"read", "rows", "export"}),
    "auditor": frozenset({"read", "audit"}),
    "admin": frozenset({"read", "import", "divide", "areas", "classes", "users", "audit", "rows", "export", "edit"}),
    "system": frozenset({
        "read", "rows", "export", "import", "divide", "areas", "classes", "users", "audit", "jobs", "people", "edit",
        "report", "unmask", "forget", "recode",
    }),
}  # fmt: skip
EVERY = frozenset().union(*PERMISSIONS.values())
SIGN_IN = tuple(r for r in PERMISSIONS if r != "system")
