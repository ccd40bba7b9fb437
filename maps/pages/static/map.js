import { api, areaOptions, begin, classOptions, escape, lang, localTime, me, notice, number, periodPicker, query, t, tried } from "/static/app.js";
import { classed, makeMap, maplibre, tiles } from "/static/basemap.js";

const $ = id => document.getElementById(id);
let map, period, areas = [], legendBox;

const may = permission => me().permissions.includes(permission);
const sees = () => may("people") && me().has_scope;  // residents
const asked = () => ({ area: $("area").value, period: period(), class: $("class").value });

async function main() {
  await begin("map");
  areas = await areaOptions($("area"));
  await classOptions($("class"));
  period = periodPicker($("period"), $("from"), $("to"), refresh);
  map = await makeMap("map", me().box, innerWidth > 760 ? { left: 326, right: 30, top: 30, bottom: 30 } : { left: 12, right: 12, top: 70, bottom: 60 });
  window.gridsvcMap = map;  // for whoever writes a test or a bookmarklet
  addLayers();
  for (const id of ["area", "class", "by", "per"]) $(id).addEventListener("change", refresh);
  $("area").addEventListener("change", zoomToArea);
  for (const id of ["show-heat", "show-events", "show-late", "show-doors", "show-zones", "show-cells", "show-base"]) $(id).addEventListener("change", switches);
  $("fold").onclick = () => document.querySelector(".controls").classList.toggle("open");
  if (!may("rows")) for (const id of ["show-events", "show-late"]) $(id).closest("label").hidden = true;
  if (!sees()) $("show-doors").closest("label").hidden = true;
  if (!may("rows")) $("show-zones").closest("label").hidden = true;
  if (!me().has_scope) {
    $("show-heat").closest("label").hidden = true;
    for (const el of document.querySelectorAll(".controls .field, .controls .pair, .controls .sum, .controls h2")) el.hidden = true;
  }
  map.on("click", clicked);
  for (const layer of ["cell-fill", "event", "door"]) {
    map.on("mouseenter", layer, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; });
  }
  if (me().has_scope) await refresh();
  else notice(t("page.no_scope"));
  const wanted = new URLSearchParams(location.search).get("cell");  // a sign on a wall names its cell
  if (wanted) await showUnit(wanted, true);
  showPlace(new URLSearchParams(location.search));
  document.body.dataset.ready = "1";
}

/** What a list links to: a place with a mark, or an area. */
function showPlace(asked) {
  const at = (asked.get("at") || "").split(",").map(Number);
  if (at.length === 2 && at.every(Number.isFinite) && Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90) {
    new maplibre.Marker({ color: "#c0341d" }).setLngLat(at).addTo(map);
    map.jumpTo({ center: at, zoom: 17 });
  } else if (asked.get("area") && [...$("area").options].some(o => o.value === asked.get("area"))) {
    $("area").value = asked.get("area");
    zoomToArea();
    refresh();
  }
}

function addLayers() {
  const under = "road-name";
  const scoped = me().has_scope;
  const vector = (path, q) => ({ type: "vector", tiles: tiles(path, q), minzoom: 0, maxzoom: 17 });
  if (scoped) map.addSource("heat", vector("heat", query({ by: "cell" })));
  map.addSource("cells", { ...vector("cells"), promoteId: undefined });
  if (scoped) map.addLayer({ id: "heat", type: "fill", source: "heat", "source-layer": "heat", paint: { "fill-color": "transparent", "fill-opacity": 0.62 } }, under);
  map.addLayer({ id: "cell-fill", type: "fill", source: "cells", "source-layer": "cell", paint: { "fill-color": "#1c4f9c",
    "fill-opacity": ["case", ["boolean", ["feature-state", "chosen"], false], 0.16, 0] } }, under);
  map.addLayer({ id: "cell-line", type: "line", source: "cells", "source-layer": "cell", minzoom: 12, paint: {
    "line-color": ["case", ["boolean", ["feature-state", "chosen"], false], "#0b2d66", "#3a5f96"],
    "line-width": ["interpolate", ["linear"], ["zoom"],
      12, ["case", ["boolean", ["feature-state", "chosen"], false], 3, 0.5], 16, ["case", ["boolean", ["feature-state", "chosen"], false], 3.4, 1.4]],
    "line-opacity": 0.85 } }, under);
  map.addLayer({ id: "special-fill", type: "fill", source: "cells", "source-layer": "special", minzoom: 12, paint: {
    "fill-color": "#7a3fa0", "fill-opacity": 0.07 } }, under);
  map.addLayer({ id: "special-line", type: "line", source: "cells", "source-layer": "special", minzoom: 12, paint: {
    "line-color": "#7a3fa0", "line-width": 1.8, "line-dasharray": [3, 2] } }, under);
  map.addLayer({ id: "cell-name", type: "symbol", source: "cells", "source-layer": "cell_name", minzoom: 14.2, layout: {
    "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12 },
    paint: { "text-color": ["case", ["==", ["get", "kind"], "basic"], "#17407f", "#5c2a7d"], "text-halo-color": "#fff", "text-halo-width": 1.6 } });
  if (sees()) {
    map.addSource("doors", vector("doors"));
    map.addLayer({ id: "door", type: "circle", source: "doors", "source-layer": "door", minzoom: 15, paint: {
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "people"]], 1, 5, 12, 15],
      "circle-color": "#2c7a4b", "circle-opacity": 0.85, "circle-stroke-color": "#fff", "circle-stroke-width": 1.2 } });
    map.addLayer({ id: "door-count", type: "symbol", source: "doors", "source-layer": "door", minzoom: 15.6,
      layout: { "text-field": ["get", "people"], "text-font": ["sans-serif"], "text-size": 10, "text-allow-overlap": false },
      paint: { "text-color": "#fff" } });
  }
  if (!may("rows") || !scoped) return;
  map.addSource("zones", vector("zones"));
  const off = { visibility: "none" }, nobody = ["!", ["get", "held"]];
  const ground = ["==", ["geometry-type"], "Polygon"], colour = ["case", nobody, "#a85a00", "#0f7b7b"];
  map.addLayer({ id: "zone-fill", type: "fill", source: "zones", "source-layer": "zone", filter: ground, layout: off, paint: { "fill-color": colour, "fill-opacity": 0.13 } }, under);
  map.addLayer({ id: "zone-line", type: "line", source: "zones", "source-layer": "zone", layout: off, paint: { "line-color": colour, "line-opacity": 0.9,
    "line-width": ["case", ground, 1.8, 5] } }, under);
  map.addLayer({ id: "zone-name", type: "symbol", source: "zones", "source-layer": "zone_name", minzoom: 12.5, layout: { ...off, "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12.5 },
    paint: { "text-color": ["case", nobody, "#7a4100", "#0a5555"], "text-halo-color": "#fff", "text-halo-width": 1.6 } });
  map.addSource("events", vector("events"));
  map.addLayer({ id: "event", type: "circle", source: "events", "source-layer": "event", layout: { visibility: "none" }, paint: {
    "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "n"]], 1, 4.5, 10, 16, 40, 30],
    "circle-color": ["case", [">", ["get", "late"], 0], "#d13b24", [">", ["get", "open"], 0], "#e39b1f", "#3f7fcf"],
    "circle-opacity": 0.85, "circle-stroke-color": "#fff", "circle-stroke-width": 1.2 } });
  map.addLayer({ id: "event-count", type: "symbol", source: "events", "source-layer": "event", filter: [">", ["get", "n"], 1],
    layout: { visibility: "none", "text-field": ["get", "n"], "text-font": ["sans-serif"], "text-size": 11, "text-allow-overlap": false },
    paint: { "text-color": "#fff" } });
}

async function refresh() {
  if (!me().has_scope) return;
  const by = $("by").value, per = $("per").value;
  const q = query({ ...asked(), by, per });
  map.getSource("heat").setTiles(tiles("heat", q));
  map.getSource("events")?.setTiles(tiles("events", query({ ...asked(), late: $("show-late").checked })));
  switches();
  const found = await tried(() => api(`/api/v1/heat/legend?${q}`));
  legendBox = found;
  map.setPaintProperty("heat", "fill-color", found ? classed(["coalesce", ["get", "value"], 0], found.breaks, found.colours) : "transparent");
  $("total").textContent = $("total-small").textContent = found ? number(found.total) : "—";
  $("where").textContent = found ? `${found.area_name} · ${found.start} – ${lastDay(found.stop)}` : "";
  drawLegend();
}

const lastDay = stop => new Date(new Date(stop + "T00:00:00Z") - 864e5).toISOString().slice(0, 10);

function switches() {
  const show = (id, on) => map.getLayer(id) && map.setLayoutProperty(id, "visibility", on ? "visible" : "none");
  show("heat", $("show-heat").checked);
  show("cell-line", $("show-cells").checked);
  show("cell-name", $("show-cells").checked);
  for (const id of ["special-fill", "special-line"]) show(id, $("show-cells").checked);
  const points = $("show-events").checked || $("show-late").checked;
  show("event", points);
  show("event-count", points);
  for (const id of ["door", "door-count"]) show(id, $("show-doors").checked);
  for (const id of ["zone-fill", "zone-line", "zone-name"]) show(id, $("show-zones").checked);
  if (map.getSource("events")) map.getSource("events").setTiles(tiles("events", query({ ...asked(), late: $("show-late").checked && !$("show-events").checked })));
  for (const layer of map.getStyle().layers) {
    if (layer.source === "base") show(layer.id, $("show-base").checked);
  }
  drawLegend();
}

function drawLegend() {
  const rows = [];
  if (legendBox && $("show-heat").checked) {
    rows.push(`<b>${escape(t("page.per." + $("per").value))}</b>`);
    let low = 0;
    legendBox.breaks.forEach((bound, i) => {
      rows.push(`<div><i style="background:${legendBox.colours[Math.min(i, 4)]}"></i>${low.toLocaleString()}–${bound.toLocaleString()}</div>`);
      low = bound;
    });
    if (!legendBox.breaks.length) rows.push(`<div class="muted">${escape(t("page.no_events"))}</div>`);
  }
  if ($("show-events").checked || $("show-late").checked) {
    rows.push(`<div><i class="dot" style="background:#d13b24"></i>${escape(t("page.late"))}</div>`);
    if ($("show-events").checked) rows.push(`<div><i class="dot" style="background:#e39b1f"></i>${escape(t("page.open"))}</div><div><i class="dot" style="background:#3f7fcf"></i>${escape(t("page.closed"))}</div>`);
  }
  $("legend").innerHTML = rows.join("");
  $("legend").hidden = !rows.length;
}

function zoomToArea() {
  const a = areas.find(x => x.code === $("area").value);
  const box = a ? [a.west, a.south, a.east, a.north] : me().box;
  if (box) map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: innerWidth > 760 ? { left: 326, right: 30, top: 30, bottom: 30 } : { left: 12, right: 12, top: 70, bottom: 60 } });
}

let chosen = null;
function choose(id) {
  if (chosen !== null) map.setFeatureState({ source: "cells", sourceLayer: "cell", id: chosen }, { chosen: false });
  chosen = id;
  if (id !== null) map.setFeatureState({ source: "cells", sourceLayer: "cell", id }, { chosen: true });
}

async function clicked(e) {
  const event = map.getLayer("event") && map.queryRenderedFeatures(e.point, { layers: ["event"] })[0];
  if (event?.properties.event_id) return showEvent(event.properties.event_id, e.lngLat);
  const door = map.getLayer("door") && map.queryRenderedFeatures(e.point, { layers: ["door"] })[0];
  if (door) return showDoors(door.properties.building_id);
  const near = [[e.point.x - 5, e.point.y - 5], [e.point.x + 5, e.point.y + 5]];  // a stretch of water is a line
  const zone = map.getLayer("zone-line") && map.queryRenderedFeatures(near, { layers: ["zone-fill", "zone-line"] })[0];
  if (zone) return showZone(zone.properties, e.lngLat);
  const cell = map.queryRenderedFeatures(e.point, { layers: ["cell-fill"] })[0];
  if (cell) {
    choose(cell.id);
    await showUnit(cell.properties.code);
    return showOver(map.queryRenderedFeatures(e.point, { layers: ["special-fill"] }).map(f => f.properties));
  }
  const at = await tried(() => api(`/api/v1/cells/at?lon=${e.lngLat.lng}&lat=${e.lngLat.lat}`));
  const lowest = at?.areas?.at(-1);
  if (lowest) return showUnit(lowest.code);
}

/** Special cells over the place: each leads to its own panel. */
function showOver(over) {
  const box = $("over");
  if (!box || !over.length) return;
  box.innerHTML = over.map(s => `<button class="over" data-code="${escape(s.code)}">${escape(t("page.special", { name: s.name }))}</button>`).join("");
  for (const b of box.children) b.onclick = () => showUnit(b.dataset.code);
}

async function showUnit(code, there = false) {
  const found = await tried(() => api(`/api/v1/cells/${code}/summary?${query({ period: period(), class: $("class").value })}`));
  if (!found) return;
  const u = found.unit;
  if (there && u.west !== null) map.fitBounds([[u.west, u.south], [u.east, u.north]], { padding: 120, maxZoom: 17, animate: false });
  const most = Math.max(1, ...found.classes.map(c => c.n));
  // what is late now counts, also when it was reported before the period
  const late = Math.max(found.overdue, found.open.filter(o => o.late).length);
  const facts = [["page.events", found.events], ["page.overdue", late, late ? "bad" : ""], ["page.buildings", u.buildings],
    ["page.households", u.households], ["page.km2", (u.area_m2 / 1e6).toFixed(3)], ["page.open_now", found.open.length]];
  const name = c => lang() === "en" && c.name_en ? c.name_en : c.name;
  $("detail").innerHTML = `<header><div><h2>${escape(u.name)}</h2><p>${escape(u.area_name || "")} · <span class="num">${escape(u.code)}</span>${u.code_alt ? " · " + escape(u.code_alt) : ""}</p></div><button aria-label="${escape(t("page.close"))}">×</button></header>
    <div class="facts">${facts.map(([k, v, mark]) => `<div class="${mark || ""}"><b>${typeof v === "number" ? number(v) : escape(v)}</b><span>${escape(t(k))}</span></div>`).join("")}</div>
    <div id="over"></div>
    <div id="residents"></div>
    <div id="subcells"></div>
    <h3>${escape(t("page.what_is_late"))}</h3><ul>${found.open.map(o => `<li class="${o.late ? "late" : ""}" data-id="${o.id}" data-lon="${o.lon ?? ""}" data-lat="${o.lat ?? ""}">
      <div class="row"><span>${escape(lang() === "en" && o.class_en ? o.class_en : o.class)}</span><span class="when">${o.due_at ? escape(t(o.late ? "page.due_passed" : "page.due_until", { time: localTime(o.due_at) })) : escape(t("page.no_limit"))}</span></div>
      <div class="muted small">${escape(o.address || o.title || "")}</div></li>`).join("") || `<li class="muted">${escape(t("page.nothing_open"))}</li>`}</ul>
    <h3>${escape(t("page.what_happened"))}</h3><ul>${found.classes.slice(0, 12).map(c => `<li><div class="row"><span>${escape(name(c))}</span><span class="num">${number(c.n)}</span></div><div class="bar"><i style="width:${c.n / most * 100}%"></i></div></li>`).join("") || `<li class="muted">${escape(t("page.no_events"))}</li>`}</ul>`;
  $("detail").hidden = false;
  if (innerWidth <= 760 && u.west !== null) {  // the sheet covers the lower half, so the cell moves above it
    map.easeTo({ center: [(u.west + u.east) / 2, (u.south + u.north) / 2], offset: [0, -innerHeight * 0.24] });
  }
  document.body.classList.add("detail-open");
  document.querySelector(".controls").classList.remove("open");
  $("detail").querySelector("header button").onclick = closeDetail;
  if (u.kind === "cell") { showResidents(u); showSubcells(u); }
  for (const li of $("detail").querySelectorAll("li[data-id]")) li.onclick = () => {
    if (li.dataset.lon) {
      const at = { lng: Number(li.dataset.lon), lat: Number(li.dataset.lat) };
      map.flyTo({ center: [at.lng, at.lat], zoom: Math.max(map.getZoom(), 16) });
      showEvent(li.dataset.id, at);
    }
  };
}

/** 微网格: what the cell is shared out into, and who is in charge of each; whoever divides may have them made. */
async function showSubcells(unit) {
  const box = $("subcells");
  const found = may("rows") && await tried(() => api(`/api/v1/subcells?where=${unit.code}`));
  if (!found || !box.isConnected || !(found.items.length || may("divide"))) return;
  box.innerHTML = `<h3>${escape(t("page.subcells", { n: found.items.length }))}</h3><ul>${found.items.map(s => `<li><div class="row"><span>${escape(s.name)}</span><span class="num">${escape(t("page.subcell.size", { households: number(Math.round(s.households)), buildings: number(s.buildings) }))}</span></div>
    <div class="muted small">${escape((s.posts || []).map(p => p.name).join("、") || t("page.subcell.nobody"))}</div></li>`).join("")}</ul>
    ${may("divide") ? `<form class="propose"><label>${escape(t("page.subcell.target"))} <input type="number" min="10" max="1000" value="50"></label><button>${escape(t(found.items.length ? "page.subcell.again" : "page.subcell.make"))}</button></form>` : ""}`;
  const form = box.querySelector("form");
  if (form) form.onsubmit = e => {
    e.preventDefault();
    if (found.items.length && !confirm(t("page.subcell.sure"))) return;
    tried(async () => {
      const made = await api("/api/v1/subcells", { method: "POST", json: { where: unit.code, target: Number(form.querySelector("input").value), keep: true } });
      notice(t("page.subcell.made", { n: made.subcells.length }));
      await showSubcells(unit);
    });
  };
}

/** How many live in a cell and how many were reached last month; "–" is what the caller is not told. */
async function showResidents(unit) {
  const box = $("residents");
  const found = await tried(() => api(`/api/v1/residents?by=cell&area=${unit.code.slice(0, 12)}`));
  const row = found?.rows.find(r => r.code === unit.code);
  if (!row || !box.isConnected) return;
  const name = { people: t("residents.people"), homes: t("residents.homes") };
  const share = v => `${v.done ?? "–"} / ${v.total ?? "–"}`;
  const shown = Object.entries(found.categories).filter(([c]) => row[c].total !== 0);
  if (!shown.length) return;
  box.innerHTML = `<h3>${escape(t("page.residents", { month: found.month }))}</h3><ul>${shown.map(([c, word]) => `<li><div class="row"><span>${escape(name[c] ?? word)}</span><span class="num">${escape(share(row[c]))}</span></div></li>`).join("")}</ul>`;
}

/** Who lives in a house, door by door. An officer reads names and may call; for others the server masks them. */
async function showDoors(id) {
  const [house, found] = await Promise.all([tried(() => api(`/api/v1/buildings/${id}`)), tried(() => api(`/api/v1/people?building_id=${id}&limit=500`))]);
  if (!house || !found) return;
  const doors = new Map();
  for (const p of found.items) {
    const door = [p.unit_no && t("page.unit_no", { n: p.unit_no.replace("单元", "") }), p.room && t("page.room_no", { n: p.room })].filter(Boolean).join(" ") || p.address || t("page.door");
    doors.set(door, [...(doors.get(door) || []), p]);
  }
  const order = [...doors].sort(([a], [b]) => a.localeCompare(b, "zh", { numeric: true }));
  const words = await codeWords();
  const tags = p => (p.categories || []).map(c => `<i class="tag">${escape(words.service_category?.[c.code] ?? c.code)}${c.grade ? " " + escape(c.grade) : ""}</i>`).join("");
  const call = p => p.phone && me().role === "officer" ? `<button class="call" data-id="${p.id}">${escape(t("page.call"))}</button>` : "";
  $("detail").innerHTML = `<header><div><h2>${escape(house.address || house.name || t("page.door"))}</h2><p>${escape(t("page.people_at", { people: found.items.length, doors: doors.size }))} · <span class="num">${escape(house.cell_code)}</span></p></div><button aria-label="${escape(t("page.close"))}">×</button></header>
    <ul class="doors">${order.map(([door, people]) => `<li><b>${escape(door)}</b>${people.map(p => `<div class="row"><span>${escape(p.name)} <span class="muted small">${escape(words.relation?.[p.relation] ?? "")}</span> ${tags(p)}</span>${call(p)}</div>`).join("")}</li>`).join("") || `<li class="muted">${escape(t("page.nobody_here"))}</li>`}</ul>
    ${found.next ? `<p class="muted small">${escape(t("page.more_people"))}</p>` : ""}`;
  $("detail").hidden = false;
  document.body.classList.add("detail-open");
  document.querySelector(".controls").classList.remove("open");
  $("detail").querySelector("header button").onclick = closeDetail;
  for (const button of $("detail").querySelectorAll("button.call")) button.onclick = async () => {
    const got = await tried(() => api(`/api/v1/people/${button.dataset.id}/reveal`, { method: "POST", json: { field: "phone", reason: t("page.call_reason") } }));
    if (!got) return;
    const link = document.createElement("a");
    link.className = "call";
    link.href = `tel:${got.value}`;
    link.textContent = got.value;
    button.replaceWith(link);
    link.focus();
  };
}

let words;
async function codeWords() {
  if (words) return words;
  words = {};
  for (const list of ["service_category", "relation", "zone_class"]) {
    const found = await tried(() => api(`/api/v1/codes?list=${list}`));
    words[list] = Object.fromEntries((found?.items || []).map(c => [c.code, lang() === "en" && c.name_en ? c.name_en : c.name]));
  }
  return words;
}

function closeDetail() {
  $("detail").hidden = true;
  document.body.classList.remove("detail-open");
  choose(null);
}

let popup;
function pop(at, title, rows) {
  popup?.remove();
  popup = new maplibre.Popup({ closeButton: true, maxWidth: "290px" }).setLngLat(at).setHTML(
    `<strong>${escape(title)}</strong><dl>${rows.filter(r => r[1]).map(([k, v]) => `<dt>${escape(t(k))}</dt><dd>${escape(v)}</dd>`).join("")}</dl>`).addTo(map);
}

async function showZone(z, at) {
  const classes = (await codeWords()).zone_class ?? {};
  pop(at, z.name, [["page.zone.class", classes[z.class]], ["page.zone.operator", z.operator], ["page.zone.officers", z.officers || t(z.held ? "page.zone.hidden" : "page.zone.nobody")]]);
}

async function showEvent(id, at) {
  const e = await tried(() => api(`/api/v1/events/${id}`));
  if (!e) return;
  const rows = [["page.event.place", e.address], ["page.event.reported", localTime(e.reported_at)], ["page.event.due", e.due_at && localTime(e.due_at)],
    ["page.event.closed", e.closed_at && localTime(e.closed_at)], ["page.event.state", e.status_text || t("page.state." + e.state)], ["page.event.cell", e.cell_code]];
  pop(at, lang() === "en" && e.class_en ? e.class_en : e.class, rows);
}

addEventListener("keydown", e => { if (e.key === "Escape") closeDetail(); });
tried(main);
