import { api, areaOptions, ask, begin, escape, follow, me, notice, number, t, tried, sentences } from "/static/app.js";
import { makeMap, maplibre, tiles } from "/static/basemap.js";
import { drawing } from "/static/draw.js";
import { sketch } from "/static/sketch.js";

const $ = id => document.getElementById(id);
const EMPTY = { type: "FeatureCollection", features: [] };
const SNAP = ["draft-line", "force-line", "area-line", "road-path", "road-minor", "road-major", "rail", "water-line", "barrier"];
let map, areas = [], draft = null, cells = EMPTY, chosen = new Set(), pen = null, cutting = null, asked = 0;

async function main() {
  await begin("divide");
  areas = await areaOptions($("area"));
  map = await makeMap("map", me().box, innerWidth > 760 ? { left: 326, right: 380, top: 30, bottom: 30 } : { left: 12, right: 12, top: 70, bottom: 60 });
  window.gridsvcMap = map;
  addLayers();
  $("fold").onclick = () => document.querySelector(".controls").classList.toggle("open");
  $("divide").onclick = divide;
  $("area").onchange = () => { zoom(); drafts(); };
  $("weight").onchange = () => { $("target").value = $("weight").value === "households" ? 400 : $("weight").value === "buildings" ? 20 : 1000; };
  map.on("click", clicked);
  pen = drawing(map, { layers: SNAP, exact: whole, changed: look });
  sketch({ map, layers: SNAP, area: () => $("area").value, busy: () => cutting, saved });
  addEventListener("keydown", e => { if (e.key === "Escape") stop(); if (e.key === "Enter" && cutting && !pen.finish()) apply(); });
  if (!me().permissions.includes("divide")) {
    $("divide").disabled = true;
    notice(t("page.divide.not_allowed"), true);
  }
  await drafts();
  document.body.dataset.ready = "1";
}

function addLayers() {
  map.addSource("draft", { type: "geojson", data: EMPTY, promoteId: "ordinal" });
  map.addSource("force", { type: "vector", tiles: tiles("cells"), minzoom: 0, maxzoom: 17 });
  map.addSource("preview", { type: "geojson", data: EMPTY });
  map.addSource("trouble", { type: "geojson", data: EMPTY });
  const on = (yes, no) => ["case", ["boolean", ["feature-state", "chosen"], false], yes, no];
  map.addLayer({ id: "draft-fill", type: "fill", source: "draft", paint: {
    "fill-color": ["interpolate", ["linear"], ["get", "off"], -0.5, "#4a7fc1", -0.1, "#dfeaf6", 0.1, "#f6ead9", 0.5, "#d9722e"],
    "fill-opacity": on(0.85, 0.5) } }, "road-name");
  map.addLayer({ id: "draft-line", type: "line", source: "draft", paint: { "line-color": on("#0b2d66", "#b3261e"), "line-width": on(3.4, 1.6) } });
  map.addLayer({ id: "draft-load", type: "symbol", source: "draft", layout: { "text-field": ["concat", ["get", "ordinal"], "\n", ["get", "said"]],
    "text-font": ["sans-serif"], "text-size": 12 }, paint: { "text-color": "#3a1010", "text-halo-color": "#fff", "text-halo-width": 1.6 } });
  map.addLayer({ id: "trouble", type: "line", source: "trouble", paint: { "line-color": "#ff00aa", "line-width": 4 } });
  map.addLayer({ id: "force-line", type: "line", source: "force", "source-layer": "cell", minzoom: 12, paint: { "line-color": "#3a5f96", "line-width": 1, "line-dasharray": [2, 2], "line-opacity": 0.7 } }, "draft-fill");
  map.addLayer({ id: "preview-fill", type: "fill", source: "preview", paint: { "fill-color": ["case", ["==", ["get", "place"], 0], "#2c7a4b", "#d9722e"], "fill-opacity": 0.35 } }, "draft-line");
  map.addLayer({ id: "preview-load", type: "symbol", source: "preview", layout: { "text-field": ["get", "said"], "text-font": ["sans-serif"], "text-size": 18, "text-allow-overlap": true },
    paint: { "text-color": "#10240f", "text-halo-color": "#fff", "text-halo-width": 2.4 } });
}

function zoom() {
  const a = areas.find(x => x.code === $("area").value);
  if (a) map.fitBounds([[a.west, a.south], [a.east, a.north]], { padding: innerWidth > 760 ? { left: 326, right: 380, top: 30, bottom: 30 } : { left: 12, right: 12, top: 70, bottom: 260 } });
}

/** A job is waited for, and how far it is stands under the button. */
async function waited(job) {
  $("progress").hidden = false;
  try {
    return await follow(job, found => { $("progress").textContent = t("page.divide.working", { percent: Math.round((found.progress || 0) * 100) }); });
  } finally {
    $("progress").hidden = true;
  }
}

async function divide() {
  $("divide").disabled = true;
  await tried(async () => {
    const body = { area: $("area").value, weight: $("weight").value, target: Number($("target").value), previous: $("previous").checked };
    const made = await waited((await api("/api/v1/divisions", { method: "POST", json: body })).job);
    await drafts();
    if (made.drafts.length) await open(made.drafts[0].division_id);
  });
  $("divide").disabled = false;
}

async function drafts() {
  const found = await tried(() => api(`/api/v1/divisions?status=draft&limit=200&inside=${$("area").value}`));
  const rows = found?.items || [];
  $("drafts").innerHTML = rows.map(d => `<li data-id="${d.id}" ${draft?.id === d.id ? "aria-current=true" : ""}><span>#${d.id} ${escape(d.area_name || d.area_code)}</span><span class="num">${t("page.divide.cells", { n: number(d.cells) })}</span></li>`).join("")
    || `<li data-none>${escape(t("page.divide.none"))}</li>`;
  for (const li of $("drafts").querySelectorAll("li[data-id]")) li.onclick = () => tried(() => open(Number(li.dataset.id)));
}

async function open(id, fit = true) {
  const [row, found] = await Promise.all([api(`/api/v1/divisions/${id}`), api(`/api/v1/divisions/${id}/cells`)]);
  draft = row;
  cells = found;
  chosen.clear();
  const loads = found.features.map(f => f.properties.load || 0);
  const mean = loads.reduce((a, b) => a + b, 0) / Math.max(1, loads.length);
  for (const f of found.features) {
    f.properties.off = mean ? (f.properties.load || 0) / mean - 1 : 0;
    f.properties.said = number(Math.round(f.properties.load || 0));
  }
  map.removeFeatureState({ source: "draft" });
  map.getSource("draft").setData(found);
  map.getSource("trouble").setData(EMPTY);
  if (fit) {
    const b = new maplibre.LngLatBounds();
    const walk = c => typeof c[0] === "number" ? b.extend(c) : c.forEach(walk);
    found.features.forEach(f => walk(f.geometry.coordinates));
    map.fitBounds(b, { padding: innerWidth > 760 ? { left: 326, right: 380, top: 40, bottom: 40 } : { left: 12, right: 12, top: 70, bottom: innerHeight * 0.46 }, animate: false });
  }
  show();
  await drafts();
}

function show() {
  const f = draft.figures || {}, cv = f.load_cv === undefined ? "—" : f.load_cv.toFixed(2);
  const facts = [["page.divide.figure.cells", f.cells], ["page.divide.figure.mean", f.load_mean], ["page.divide.figure.cv", cv],
    ["page.divide.figure.min", f.load_min], ["page.divide.figure.max", f.load_max], ["page.divide.figure.cut", f.cut, f.cut ? "bad" : ""]];
  const list = [...chosen].sort((a, b) => a - b), special = draft.purpose === "special";  // special cells are drawn anew
  const may = n => special || !n ? "disabled" : "";
  $("detail").innerHTML = `<header><div><h2>${escape(draft.area_name || draft.area_code)}</h2><p>#${draft.id} · ${escape(draft.name)}</p></div><button aria-label="${escape(t("page.close"))}">×</button></header>
    <div class="facts">${facts.map(([k, v, mark]) => `<div class="${mark || ""}"><b>${typeof v === "number" ? number(Math.round(v * 10) / 10) : escape(v ?? "—")}</b><span>${escape(t(k))}</span></div>`).join("")}</div>
    <div class="tools"><button id="split" ${may(list.length === 1)}>${escape(t("page.divide.split"))}</button><button id="border" ${may(list.length === 2)}>${escape(t("page.divide.border"))}</button><button id="merge" ${may(list.length > 1)}>${escape(t("page.divide.merge"))}</button>
    <button id="renumber" ${special ? "disabled" : ""}>${escape(t("page.divide.renumber"))}</button><button id="check">${escape(t("page.divide.check"))}</button><button id="discard" class="away">${escape(t("page.divide.discard"))}</button><button id="publish" class="go">${escape(t("page.divide.publish"))}</button></div>
    <h3>${escape(list.length ? t("page.divide.chosen") : t("page.divide.choose"))}</h3>
    <ul>${list.map(o => { const c = cells.features.find(x => x.properties.ordinal === o)?.properties; return `<li><div class="row"><span>${o}${c?.name ? " " + escape(c.name) : ""}</span><span class="num">${escape(c?.said ?? "")} · ${number(Math.round(c?.area_m2 || 0))} m²</span></div></li>`; }).join("")}</ul>`;
  $("detail").hidden = false;
  document.body.classList.add("detail-open");
  document.querySelector(".controls").classList.remove("open");
  $("detail").querySelector("header button").onclick = close;
  $("split").onclick = () => draw("split");
  $("border").onclick = () => draw("border");
  $("merge").onclick = () => edit("merge", { cells: [...chosen] });
  $("renumber").onclick = () => edit("renumber", {});
  $("check").onclick = check;
  $("discard").onclick = () => tried(async () => { await api(`/api/v1/divisions/${draft.id}`, { method: "DELETE" }); close(); await drafts(); });
  $("publish").onclick = publish;
}

function close() {
  stop();
  draft = null;
  chosen.clear();
  map.getSource("draft").setData(EMPTY);
  $("detail").hidden = true;
  document.body.classList.remove("detail-open");
}

function clicked(e) {
  if (cutting || document.body.classList.contains("sketching")) return;
  const found = draft && map.queryRenderedFeatures(e.point, { layers: ["draft-fill"] })[0];
  if (!found) return;
  const id = found.properties.ordinal;
  chosen.has(id) ? chosen.delete(id) : chosen.add(id);
  map.setFeatureState({ source: "draft", id }, { chosen: chosen.has(id) });
  show();
}

/** A cell of the draft as it was sent, not as the tile of a zoom has it. */
const whole = f => f.source === "draft" ? cells.features.find(x => x.properties.ordinal === f.properties.ordinal)?.geometry : null;

/** A line that cuts a cell, or the new border of two: drawn point by point, then its corners are dragged; the loads of
 * both sides stand on the map all the while. */
function draw(what) {
  cutting = { what, cells: [...chosen] };
  map.getCanvas().style.cursor = "crosshair";
  map.setLayoutProperty("draft-load", "visibility", "none");
  pen.start("linestring");
  $("hint").replaceChildren(Object.assign(document.createElement("span"), { id: "told", textContent: t("page.divide.draw") }), ...["finish", "cancel"].map(name => {
    const b = document.createElement("button");
    b.id = name;
    b.textContent = t(name === "finish" ? "page.divide.finish" : "page.divide.cancel");
    b.onclick = name === "finish" ? apply : stop;
    return b;
  }));
  $("hint").hidden = false;
}

/** What the line would make of the cells, asked at most six times a second while it is being dragged. */
function look(lines) {
  clearTimeout(look.timer);
  const line = lines[0]?.coordinates;
  if (!cutting || !line) return;
  look.timer = setTimeout(async () => {
    const mine = ++asked;
    const [ok, found] = await ask(`/api/v1/divisions/${draft.id}/preview`, { cells: cutting.cells, line });
    if (mine !== asked || !cutting || !$("told")) return;  // a later line is on its way
    const parts = ok ? found.features : [];
    parts.forEach((f, i) => { f.properties.place = i; f.properties.said = number(Math.round(f.properties.load || 0)); });
    map.getSource("preview").setData({ type: "FeatureCollection", features: parts });
    $("told").textContent = ok ? t("page.divide.sides", { one: parts[0].properties.said, two: parts[1]?.properties.said ?? "—" }) : found.detail;
  }, 160);
}

function stop() {
  cutting = null;
  clearTimeout(look.timer);
  pen.stop();
  map.getCanvas().style.cursor = "";
  map.setLayoutProperty("draft-load", "visibility", "visible");
  map.getSource("preview").setData(EMPTY);
  $("hint").hidden = true;
}

async function apply() {
  const { what, cells: list } = cutting, line = pen.shapes()[0]?.coordinates;
  if (!line || line.length < 2) return notice(t("page.divide.draw"), true);
  stop();
  await edit(what, what === "split" ? { cell: list[0], line } : { cells: list, line });
}

/** Something was drawn from nothing and stored: a draft is opened, records show on the map. */
async function saved(what, done) {
  if (done.division_id) return tried(() => open(done.division_id));
  for (const id of Object.keys(map.getStyle().sources)) {
    const source = map.getSource(id);
    if (source.type === "vector") source.setTiles(source.tiles.map(a => a.split("?")[0] + `?seen=${Date.now()}`));
  }
  if (what === "areas") areas = await areaOptions($("area"));
}

async function edit(what, body) {
  const [ok, said] = await ask(`/api/v1/divisions/${draft.id}/${what}`, body);
  if (!ok) {
    map.getSource("trouble").setData(said.trouble || EMPTY);
    return notice(sentences(said.detail, said.remedy), true);
  }
  await tried(() => open(said.division_id, false));
  notice(t("page.divide.changed", { cells: said.cells }));
}

async function check() {
  const found = await tried(() => api(`/api/v1/divisions/${draft.id}/check`));
  if (found) notice(found.clean ? t("page.divide.clean") : t("page.divide.off", { n: found.troubles.length }), !found.clean);
}

async function publish() {
  if (!confirm(t("page.divide.sure"))) return;
  await tried(async () => {
    const done = await waited((await api(`/api/v1/divisions/${draft.id}/publish`, { method: "POST", json: {} })).job);
    const [one] = done.published;
    const special = draft.purpose === "special";
    close();
    await drafts();
    notice(t("page.divide.published", { cells: one.cells, inherited: one.inherited }));
    showPublished(one, special);
  });
}

/** After publishing: what has nobody comes first, then the lists of doors that change hands. */
function showPublished(one, special) {
  const bare = one.bare, row = (a, b) => `<li><div class="row"><span>${escape(a)}</span><span class="num">${escape(b)}</span></div></li>`;
  const households = n => t("page.divide.households_n", { n: number(n) });
  $("detail").innerHTML = `<header><div><h2>${escape(t("page.divide.in_force"))}</h2><p>#${one.division_id} · ${escape(one.area_code)} · ${escape(one.valid_from)}</p></div><button aria-label="${escape(t("page.close"))}">×</button></header>
    ${special ? "" : `<p class="pad"><a class="button" href="/api/v1/divisions/${one.division_id}/handover" download>${escape(t("page.divide.handover"))}</a></p>`}
    <h3>${escape(t("page.divide.bare_cells", { n: bare.cells.length }))}</h3><ul>${bare.cells.slice(0, 50).map(c => row(`${c.name} ${c.code}`, households(c.households))).join("") || `<li class="muted">${escape(t("page.divide.all_staffed"))}</li>`}</ul>
    ${bare.buildings_in_all ? `<h3>${escape(t("page.divide.bare_buildings", { n: bare.buildings_in_all }))}</h3><ul>${bare.buildings.slice(0, 50).map(b => row(b.called || "#" + b.id, households(b.households))).join("")}</ul>` : ""}`;
  $("detail").hidden = false;
  document.body.classList.add("detail-open");
  $("detail").querySelector("header button").onclick = close;
}

tried(main);
