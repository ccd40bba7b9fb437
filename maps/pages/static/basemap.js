// The map under both pages: our own tiles, or a base map that the server fetches.
import * as maplibre from "/static/vendor/maplibre-gl/maplibre-gl.mjs";
import { api } from "/static/app.js";

maplibre.setWorkerUrl("/static/vendor/maplibre-gl/maplibre-gl-worker.mjs");
export { maplibre };

const absolute = path => location.origin + path;

export async function makeMap(container, box, padding = 30) {
  const [style, index] = await Promise.all([(await fetch("/styles/base.json")).json(), api("/tiles/index.json")]);
  for (const source of Object.values(style.sources)) source.tiles = source.tiles.map(absolute);
  for (const layer of style.layers) {
    if (layer.layout?.["text-font"]) layer.layout["text-font"] = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
  }
  if (index.basemap) {
    style.sources.outside = { type: "raster", tiles: [absolute(index.basemap.tiles)], tileSize: 256, attribution: index.basemap.attribution };
    const kept = style.layers.filter(l => l.source === "areas" || l.id === "ground");
    style.layers = [kept[0], { id: "outside", type: "raster", source: "outside" }, ...kept.slice(1)];
  }
  const map = new maplibre.Map({
    container, style, attributionControl: index.basemap?.attribution ? { compact: true } : false, dragRotate: false, pitchWithRotate: false,
    maxZoom: 19.5, minZoom: 3,
    // where it is to be from the first frame on: tiles of the whole country would be asked for and thrown away
    ...(box ? { bounds: [[box[0], box[1]], [box[2], box[3]]], fitBoundsOptions: { padding } } : { center: [104, 35], zoom: 3 }),
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
    locale: { "NavigationControl.ZoomIn": "+", "NavigationControl.ZoomOut": "−" },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 110 }), "bottom-right");
  await new Promise(done => map.once("style.load", done));
  return map;
}

export const tiles = (path, query) => [absolute(`/tiles/${path}/{z}/{x}/{y}.mvt`) + (query ? "?" + query : "")];

/** A step expression from upper bounds and colours. */
export function classed(value, breaks, colours, none = "rgba(0,0,0,0)") {
  if (!breaks.length) return none;
  if (breaks.length === 1) return colours[0];  // a step needs two
  const out = ["step", value, colours[0]];
  for (let i = 1; i < breaks.length; i++) out.push(breaks[i - 1] + 1e-9, colours[Math.min(i, colours.length - 1)]);
  return out;
}
