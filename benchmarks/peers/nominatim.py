"""{"project": folder, "texts": […]} on standard input → for each text longitude and latitude, or null; and the speed."""

import json
import sys
import time
from pathlib import Path

import nominatim_api

asked = json.load(sys.stdin)
with nominatim_api.NominatimAPI(Path(asked["project"])) as api:
    api.search(asked["texts"][0])
    started = time.perf_counter()
    found = [api.search(text, max_results=1) for text in asked["texts"]]
    took = time.perf_counter() - started
places = [[one[0].centroid.x, one[0].centroid.y] if one else None for one in found]
print(json.dumps({"found": places, "speed": len(places) / took}))
