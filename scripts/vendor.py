"""Copy the browser libraries that the pages use from maps/node_modules to maps/vendor, with their licences."""

import json
import shutil
from pathlib import Path

MAPS = Path(__file__).resolve().parent.parent / "maps"
MODULES, VENDOR = MAPS / "node_modules", MAPS / "vendor"

# package -> files wanted (source inside the package, name in vendor/<package>)
FILES = {
    "maplibre-gl": [
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css",
        "LICENSE.txt",
    ],
    "tabulator-tables": ["dist/js/tabulator_esm.min.mjs", "dist/css/tabulator.min.css", "LICENSE"],
    "terra-draw": ["dist/terra-draw.modern.js"],
    "terra-draw-maplibre-gl-adapter": ["dist/terra-draw-maplibre-gl-adapter.modern.js"],
    "leaflet": ["dist/leaflet.js", "dist/leaflet.css", "LICENSE"],
    "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png", "LICENSE"],
}


def main() -> None:
    if VENDOR.exists():
        shutil.rmtree(VENDOR)
    versions = {}
    for package, files in FILES.items():
        source = MODULES / package
        versions[package] = json.loads((source / "package.json").read_text(encoding="utf-8"))["version"]
        for name in files:
            target = VENDOR / package / Path(name).name
            target.parent.mkdir(parents=True, exist_ok=True)
            text = (source / name).read_bytes()
            if name.endswith((".js", ".mjs", ".css")):  # no source maps are shipped, so none is asked for
                text = b"\n".join(line for line in text.split(b"\n") if b"sourceMappingURL=" not in line)
                # a browser without a bundler knows modules by their addresses only
                text = text.replace(b'from"terra-draw"', b'from"/static/vendor/terra-draw/terra-draw.modern.js"')
            target.write_bytes(text)
        if not any("LICENSE" in name for name in files):  # the package brings no text of its own
            about = json.loads((source / "package.json").read_text(encoding="utf-8"))
            said = "\n".join(
                [f"{package} {about['version']}", about["license"], about["author"], about["repository"]]
            )
            (VENDOR / package / "LICENSE").write_text(said + "\n", encoding="utf-8")
    (VENDOR / "versions.json").write_text(json.dumps(versions, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
