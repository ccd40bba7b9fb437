// Drawing on a map with terra-draw: lines and polygons that snap to roads, borders and what is drawn already.
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "/static/vendor/terra-draw/terra-draw.modern.js";
import { TerraDrawMapLibreGLAdapter } from "/static/vendor/terra-draw-maplibre-gl-adapter/terra-draw-maplibre-gl-adapter.modern.js";

const REACH = 12;  // pixels within which a point jumps to a line
const INK = "#0b2d66";
const DIGITS = 9;  // terra-draw refuses shapes with more
const round = p => p.map(v => Number(v.toFixed(DIGITS)));

/** The nearest vertex, or else the nearest place on a line, of the layers under the pointer. */
function nearest(map, layers, exact, event) {
  const at = map.project([event.lng, event.lat]);
  const box = [[at.x - REACH, at.y - REACH], [at.x + REACH, at.y + REACH]];
  const found = map.queryRenderedFeatures(box, { layers: layers.filter(id => map.getLayer(id)) });
  let corner = null, edge = null, near = REACH * REACH, along = REACH * REACH;
  const walk = line => {
    let before = null;
    for (const c of line) {
      const p = map.project(c), d = (p.x - at.x) ** 2 + (p.y - at.y) ** 2;
      if (d < near) { near = d; corner = c; }
      if (before) {
        const dx = p.x - before.x, dy = p.y - before.y, l = dx * dx + dy * dy;
        const k = l ? Math.max(0, Math.min(1, ((at.x - before.x) * dx + (at.y - before.y) * dy) / l)) : 0;
        const x = before.x + k * dx, y = before.y + k * dy, e = (x - at.x) ** 2 + (y - at.y) ** 2;
        if (e < along) { along = e; const q = map.unproject([x, y]); edge = [q.lng, q.lat]; }
      }
      before = p;
    }
  };
  const each = g => g.type === "LineString" ? walk(g.coordinates) : ["MultiLineString", "Polygon"].includes(g.type) ? g.coordinates.forEach(walk) : g.type === "MultiPolygon" ? g.coordinates.forEach(p => p.forEach(walk)) : null;
  for (const f of found) each(exact(f) || f.geometry);
  // a corner has the stronger pull: it is meant more often than a place beside it
  const there = corner && near < (REACH * 0.7) ** 2 ? corner : edge || corner;
  return there ? round(there) : undefined;
}

/**
 * One drawing at a time. `layers`: ids of layers to snap to; `exact`: the whole geometry of a rendered feature, where
 * the page has it; `changed`: called with the lines or polygons as they are now, also while a corner is being dragged.
 */
export function drawing(map, { layers, exact = () => null, changed = () => {} }) {
  const custom = { toCoordinate: true, toLine: true, toCustom: event => nearest(map, layers, exact, event) };
  const edit = { feature: { draggable: false, coordinates: { midpoints: true, draggable: true, deletable: true, snappable: custom } } };
  const line = { lineStringColor: INK, lineStringWidth: 3, closingPointColor: "#ffffff", closingPointOutlineColor: INK, closingPointOutlineWidth: 2, closingPointWidth: 5, snappingPointColor: "#d9722e" };
  const area = { fillColor: "#2f6fd0", fillOpacity: 0.2, outlineColor: INK, outlineWidth: 3, closingPointColor: "#ffffff", closingPointOutlineColor: INK, closingPointOutlineWidth: 2, closingPointWidth: 6, snappingPointColor: "#d9722e" };
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: DIGITS }),
    modes: [
      new TerraDrawLineStringMode({ snapping: custom, styles: line }),
      new TerraDrawPolygonMode({ snapping: custom, styles: area }),
      new TerraDrawSelectMode({ flags: { linestring: edit, polygon: edit }, styles: { selectedLineStringColor: INK, selectedLineStringWidth: 3, selectedPolygonColor: "#2f6fd0", selectedPolygonOutlineColor: INK, selectionPointColor: "#fff", selectionPointOutlineColor: INK, selectionPointWidth: 7, midPointColor: INK, midPointWidth: 4 } }),
    ],
  });
  let mode = null;

  /** Shapes without the point that only follows the pointer. */
  function shapes() {
    const made = draw.getSnapshot().filter(f => f.properties.mode === mode && ["LineString", "Polygon"].includes(f.geometry.type));
    return made.map(f => {
      const last = Boolean(f.properties.currentlyDrawing);
      const distinct = ring => ring.filter((p, n) => !n || p[0] !== ring[n - 1][0] || p[1] !== ring[n - 1][1]);
      if (f.geometry.type === "LineString") return { id: f.id, open: last, coordinates: distinct(last ? f.geometry.coordinates.slice(0, -1) : f.geometry.coordinates) };
      const ring = f.geometry.coordinates[0];
      return { id: f.id, open: last, coordinates: distinct(last ? [...ring.slice(0, -2), ring[0]] : ring) };
    }).filter(s => s.coordinates.length >= (mode === "polygon" ? 4 : 2));
  }

  draw.on("change", () => mode && changed(shapes()));
  draw.on("finish", (id, context) => {
    if (context.action === "draw" && mode === "linestring") {
      setTimeout(() => { if (mode) { draw.setMode("select"); draw.selectFeature(id); } });  // when the mode has done with it
    }
    changed(shapes());
  });
  return {
    start(kind) {
      if (!draw.enabled) draw.start();
      draw.clear();
      mode = kind;
      draw.setMode(kind);
    },
    /** End what is being drawn, as a double click does; polygons go on with the next one. False: nothing was open. */
    finish() {
      const open = shapes().find(s => s.open);
      if (!open) return false;
      const line = open.coordinates.map(round);
      const geometry = mode === "polygon" ? { type: "Polygon", coordinates: [line] } : { type: "LineString", coordinates: line };
      const kept = mode;
      draw.setMode("select");  // gives up what is half drawn
      const [done] = draw.addFeatures([{ type: "Feature", properties: { mode: kept }, geometry }]);
      if (kept === "polygon") draw.setMode("polygon");
      else if (done?.id) draw.selectFeature(done.id);
      changed(shapes());
      return true;
    },
    remove(id) { draw.removeFeatures([id]); changed(shapes()); },
    stop() {
      mode = null;
      if (draw.enabled) draw.stop();
    },
    shapes,
  };
}
