// What pages share that show a rate by places, on a map beside a table: from the county down to a cell.
import { escape, me, t } from "/static/app.js";
import { classed } from "/static/basemap.js";

const LEVELS = ["county", "town", "community"], DIGITS = { county: 6, town: 9, community: 12 };
export const empty = () => ({ type: "FeatureCollection", features: [] });

/** The area a person starts in: her own, otherwise the highest that is there. */
export function home(areas) {
  const known = new Set(areas.map(a => a.code));
  if (known.has(me().area)) return me().area;
  const own = me().cells[0];
  if (own) return [12, 9, 6].map(n => own.slice(0, n)).find(code => known.has(code)) ?? null;
  const least = Math.min(...areas.map(a => a.level));
  return areas.find(a => a.level === least)?.code ?? null;
}

/** The level below an area: the nearest that has anything in it. */
export function levelBelow(areas, code) {
  const digits = code ? code.length : 0;
  return LEVELS.find(level => DIGITS[level] > digits && areas.some(a => a.level === DIGITS[level] && (!code || a.code.startsWith(code)))) ?? "cell";
}

/** The way from the highest area down to this one. */
export function pathTo(byCode, code) {
  const path = [];
  for (let a = byCode[code]; a; a = byCode[a.parent]) path.unshift(a);
  return path;
}

/** Puts the layer of places on the map, coloured by their rate; `open` gets the code that is clicked. */
export function addPlaces(map, breaks, colours, open) {
  const rate = ["case", ["==", ["typeof", ["get", "rate"]], "number"], classed(["get", "rate"], breaks, colours), "#eceff3"];
  map.addSource("places", { type: "geojson", data: empty(), promoteId: "code" });
  map.addLayer({ id: "places", type: "fill", source: "places", paint: { "fill-color": rate, "fill-opacity": 0.72 } }, "road-name");
  map.addLayer({ id: "places-line", type: "line", source: "places", paint: { "line-color": "#34475f",
    "line-width": ["case", ["boolean", ["feature-state", "hover"], false], 3.2, 0.8] } }, "road-name");
  map.on("click", "places", e => open(e.features[0].properties.code, e));
  map.on("mousemove", "places", e => hover(map, e.features[0].properties.code));
  map.on("mouseleave", "places", () => hover(map, null));
}

let hovered = null;
/** Marks the place that the pointer is over, on the map or in the table. */
export function hover(map, code) {
  if (hovered) map.setFeatureState({ source: "places", id: hovered }, { hover: false });
  hovered = code || null;
  if (hovered) map.setFeatureState({ source: "places", id: hovered }, { hover: true });
}

/** Shows all of these features. */
export function fit(map, data) {
  const box = [180, 90, -180, -90];
  const walk = c => typeof c[0] === "number" ? (box[0] = Math.min(box[0], c[0]), box[1] = Math.min(box[1], c[1]), box[2] = Math.max(box[2], c[0]), box[3] = Math.max(box[3], c[1])) : c.forEach(walk);
  for (const f of data.features) walk(f.geometry.coordinates);
  if (box[0] <= box[2]) map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: 22, duration: 400, maxZoom: 17 });
}

/** The colours of the rates, with what has none. */
export function rateLegend(box, title, breaks, colours, none) {
  let low = 0;
  box.innerHTML = `<b>${escape(t(title))}</b>` + breaks.map((b, i) => {
    const row = `<div><i style="background:${colours[i]}"></i>${Math.round(low * 100)}–${Math.round(b * 100)}%</div>`;
    low = b;
    return row;
  }).join("") + `<div><i style="background:#eceff3"></i>${escape(t(none))}</div>`;
}
