"""Pairs x, y of GCJ-02 on standard input → the points a second that coord-convert takes back to WGS 84."""

from __future__ import annotations

import json
import sys
import time

import coord_convert.transform as peer

points = json.load(sys.stdin)
started = time.perf_counter()
found = [peer.gcj2wgs(x, y) for x, y in points]
print(json.dumps({"found": found, "speed": len(points) / (time.perf_counter() - started)}))
