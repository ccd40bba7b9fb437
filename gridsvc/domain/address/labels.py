"""The parts of an address: twenty-one labels, and what each is called.

The labels are those of Li, Lu, Xie and Li, *Neural Chinese Address Parsing* (NAACL 2019), in lower case.
"""

from __future__ import annotations

from typing import Final

#: Every label, in the order of an address from the country down; what lies beside an address comes last.
LABELS: Final = (
    "country",
    "prov",
    "city",
    "district",
    "devzone",
    "town",
    "community",
    "road",
    "roadno",
    "subroad",
    "subroadno",
    "poi",
    "subpoi",
    "houseno",
    "cellno",
    "floorno",
    "roomno",
    "person",
    "assist",
    "redundant",
    "otherinfo",
)
#: The ten labels that a place is found by; their F1 is the first figure of the benchmark.
CORE: Final = (
    "prov",
    "city",
    "district",
    "town",
    "community",
    "road",
    "roadno",
    "houseno",
    "cellno",
    "roomno",
)
UPPER: Final = ("prov", "city", "district")  # named alike all over the country: what they say is checked
#: Levels of the administrative tree, from the top; each has a code.
ADMIN: Final = ("prov", "city", "district", "town", "community")
ROADS: Final = ("road", "subroad")
#: Parts that say nothing about the place.
ASIDE: Final = ("person", "assist", "redundant", "otherinfo")

CODE_OF: Final = {label: number for number, label in enumerate(LABELS)}
