import { api, areaOptions, begin, escape, me, notice, number, t, tried } from "/static/app.js";
import { makeMap, maplibre } from "/static/basemap.js";

const $ = id => document.getElementById(id);
const EMPTY = { type: "FeatureCollection", features: [] };
let map, areas = [], tab = "seat", seats = null, asked = { spelling: [], address: [] }, placed = [], settled = [], chosen = null, last = null, everybody = 0;

async function main() {
  await begin("seat");
  areas = await areaOptions($("area"));
  const wanted = new URLSearchParams(location.search).get("area") || me().area;
  if (areas.some(a => a.code === wanted)) $("area").value = wanted;
  map = await makeMap("map", box(), 40);
  Object.assign(window, { gridsvcMap: map, gridsvcSeat: () => seats?.items.find(b => b.id === chosen) ?? null });
  addLayers();
  map.on("click", clicked);
  $("area").onchange = () => { map.fitBounds(box(), { padding: 40, animate: false }); tried(() => load(true)); };
  for (const b of document.querySelectorAll("[data-tab]")) b.onclick = () => { tab = b.dataset.tab; chosen = null; draw(); };
  $("undo").onclick = undo;
  await load(true);
  document.body.dataset.ready = "1";
}

function box() {
  const a = areas.find(x => x.code === $("area").value) || areas[0];
  return a ? [a.west, a.south, a.east, a.north] : me().box;
}

function addLayers() {
  for (const id of ["placed", "offered", "chosen"]) map.addSource(id, { type: "geojson", data: EMPTY });
  map.addLayer({ id: "placed", type: "circle", source: "placed", paint: { "circle-radius": ["interpolate", ["linear"], ["get", "people"], 0, 5, 200, 13], "circle-color": "#2c7a4b", "circle-opacity": 0.75, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 } });
  map.addLayer({ id: "placed-name", type: "symbol", source: "placed", minzoom: 15, layout: { "text-field": ["get", "label"], "text-font": ["sans-serif"], "text-size": 12, "text-offset": [0, 1.2], "text-anchor": "top", "text-optional": true }, paint: { "text-color": "#17452a", "text-halo-color": "#fff", "text-halo-width": 1.5 } });
  map.addLayer({ id: "offered", type: "circle", source: "offered", paint: { "circle-radius": 9, "circle-color": "#f0a020", "circle-opacity": 0.35, "circle-stroke-color": "#b26a00", "circle-stroke-width": 1.5 } });
  map.addLayer({ id: "offered-name", type: "symbol", source: "offered", minzoom: 15, layout: { "text-field": ["get", "label"], "text-font": ["sans-serif"], "text-size": 12, "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true }, paint: { "text-color": "#8a5200", "text-halo-color": "#fff", "text-halo-width": 1.5 } });
  map.addLayer({ id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": 13, "circle-color": "#1c4f9c", "circle-opacity": 0.9, "circle-stroke-color": "#fff", "circle-stroke-width": 2.5 } });
  map.addLayer({ id: "chosen-name", type: "symbol", source: "chosen", layout: { "text-field": ["get", "said"], "text-font": ["sans-serif"], "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": "#fff" } });
}

const point = (place, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: [place.lon ?? place.longitude, place.lat ?? place.latitude] } });
const show = (id, features) => map.getSource(id).setData({ type: "FeatureCollection", features });

async function load(first = false) {
  const area = `area=${$("area").value}`;
  const [waiting, done, spelled, addressed, spelling, address] = await Promise.all([api(`/api/v1/seats?${area}`), api(`/api/v1/seats?${area}&placed=true`),
    api(`/api/v1/reviews?${area}&what=spelling&state=decided&limit=50`), api(`/api/v1/reviews?${area}&what=address&state=decided&limit=50`), api(`/api/v1/reviews?${area}&what=spelling`), api(`/api/v1/reviews?${area}&what=address`)]);
  seats = waiting;
  placed = done;
  settled = [...spelled.items, ...addressed.items];
  asked = { spelling: spelling.items, address: address.items };
  everybody = waiting.people + done.people;
  if (first) tab = asked.spelling.length ? "spelling" : seats.items.length || !asked.address.length ? "seat" : "address";
  draw();
}

const may = () => me().permissions.includes("edit");

function draw() {
  const counts = { spelling: asked.spelling.length, seat: seats.buildings, address: asked.address.length };
  for (const b of document.querySelectorAll("[data-tab]")) {
    b.innerHTML = `${escape(t("page.seat.tab." + b.dataset.tab))} <b>${number(counts[b.dataset.tab])}</b>`;
    b.setAttribute("aria-selected", String(b.dataset.tab === tab));
  }
  const waiting = seats.people;
  $("left").textContent = everybody || seats.buildings || placed.buildings ? t(seats.buildings ? "page.seat.left" : "page.seat.all", { buildings: number(seats.buildings), people: number(waiting), placed: number(placed.people) }) : "";
  $("share").style.width = `${everybody ? Math.round(100 * placed.people / everybody) : 0}%`;
  show("placed", placed.items.map(b => point(b, { label: b.label, people: b.people })));
  show("offered", tab === "seat" ? seats.items.filter(b => b.proposal).map(b => point(b.proposal, { id: b.id, label: b.label })) : []);
  if (tab === "seat" && !seats.items.some(b => b.id === chosen)) chosen = next()?.id ?? null;
  (tab === "seat" ? drawSeats : drawAsked)();
  mark();
}

/** Whoever is proposed a place comes first: a look and a click; then the building that most people wait for. */
const next = () => seats.items.find(b => b.proposal) || seats.items[0];

function drawSeats() {
  const row = b => `<button class="row" data-id="${b.id}" ${b.id === chosen ? "aria-current=true" : ""}><span class="name">${escape(b.label)}</span>${b.proposal ? `<span class="near">${escape(t("page.seat.near"))}</span>` : ""}<span class="num">${escape(t("page.seat.people", { n: number(b.people) }))}</span></button>`;
  const done = placed.items.slice(0, 200).map(b => `<button class="row" data-back="${b.id}"><span class="name">${escape(b.label)}</span><span class="num">${escape(t("page.seat.people", { n: number(b.people) }))}</span></button>`).join("");
  $("list").innerHTML = (seats.items.map(row).join("") || `<p class="empty">${escape(t(placed.buildings ? "page.seat.done" : "page.seat.none"))} <a href="${placed.buildings ? "/map" : "/import"}">${escape(t(placed.buildings ? "page.seat.to_map" : "page.seat.to_import"))}</a></p>`)
    + (seats.items.length < seats.buildings ? `<p class="sub">${escape(t("page.seat.more", { n: number(seats.buildings - seats.items.length) }))}</p>` : "")
    + (done ? `<p class="sub">${escape(t("page.seat.placed", { n: number(placed.buildings) }))}</p>${done}` : "");
  for (const b of $("list").querySelectorAll("[data-id]")) b.onclick = () => { chosen = Number(b.dataset.id); draw(); };
  for (const b of $("list").querySelectorAll("[data-back]")) b.onclick = () => {
    const found = placed.items.find(p => p.id === Number(b.dataset.back));
    map.flyTo({ center: [found.lon, found.lat], zoom: Math.max(map.getZoom(), 16), animate: false });
    if (may() && confirm(t("page.seat.back", { name: found.label }))) tried(async () => { await put(found, null, null); await load(); });
  };
  $("list").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function drawAsked() {
  const rows = asked[tab];
  $("list").innerHTML = rows.map(tab === "spelling" ? spelling : address).join("") || `<p class="empty">${escape(t("page.seat.no_questions"))}</p>`;
  const past = settled.filter(q => q.what === tab);
  if (past.length) $("list").insertAdjacentHTML("beforeend", `<p class="sub">${escape(t("page.seat.decided"))}</p>${past.map(decidedRow).join("")}`);
  for (const b of $("list").querySelectorAll("[data-reopen]")) b.onclick = () => reopen(past.find(q => q.id === Number(b.dataset.reopen)));
  for (const el of $("list").querySelectorAll(".ask")) {
    const id = Number(el.dataset.id);
    for (const b of el.querySelectorAll("[data-candidate]")) b.onclick = () => decide(id, { candidate: Number(b.dataset.candidate), teach: taught(el) });
    const no = el.querySelector("[data-no]");
    if (no) no.onclick = () => decide(id, { dismiss: true });
    if (tab === "address") el.onclick = e => { if (!e.target.closest("button, input") && chosen !== id) { chosen = id; draw(); } };
  }
}

const taught = el => el.querySelector("input")?.value.trim() || null;

function spelling(q) {
  const yes = q.candidates.map((c, k) => `<button class="yes" data-candidate="${k + 1}" ${may() ? "" : "disabled"}>${escape(t("page.seat.is", { name: c.name, n: number(c.people) }))}</button>`).join("");
  return `<div class="ask" data-id="${q.id}"><p>${escape(t("page.seat.spelling", { name: q.text, n: number(q.records) }))}</p><div class="choices">${yes}<button data-no ${may() ? "" : "disabled"}>${escape(t("page.seat.own", { name: q.text }))}</button></div></div>`;
}

/** What of the address a candidate has, and what not. */
const parts = c => [["agreed", c.agreed], ["missed", c.missed]].filter(([, names]) => names?.length).map(([word, names]) => ` · <span class="${word}">${escape(t(`page.seat.${word}`, { parts: names.map(n => t(`agreed.${n}`)).join("、") }))}</span>`).join("");

function address(q) {
  const open = q.id === chosen;
  const yes = q.candidates.map((c, k) => `<button class="yes" data-candidate="${k + 1}" ${may() ? "" : "disabled"}>${k + 1}. ${escape(c.matched)} <small class="muted">${escape(t("level." + c.level))} · ${number(Math.round(c.accuracy_m))} m${parts(c)}</small></button>`).join("");
  return `<div class="ask" data-id="${q.id}" ${open ? "aria-current=true" : ""}><p><b>${escape(q.text)}</b> <span class="muted">${escape(t("page.seat.records", { n: number(q.records) }))}</span></p>
    ${open && may() ? `<label>${escape(t("page.seat.teach"))}<input type="text" maxlength="40"></label>` : ""}<div class="choices">${yes}<button data-no ${may() ? "" : "disabled"}>${escape(t("page.seat.nowhere"))}</button></div></div>`;
}

/** What the map and the line above it say of the chosen building or address. */
function mark() {
  document.body.classList.toggle("placing", may() && chosen !== null && tab !== "spelling");
  const hint = $("hint");
  hint.textContent = "";
  if (tab === "seat" && chosen !== null) {
    const b = seats.items.find(x => x.id === chosen);
    show("chosen", b.proposal ? [point(b.proposal, { said: "?" })] : []);
    if (!may()) return;
    hint.textContent = t(b.proposal ? "page.seat.hint_near" : "page.seat.hint", { name: b.label });
    if (b.proposal) {
      const yes = Object.assign(document.createElement("button"), { id: "agree", textContent: t("page.seat.agree") });
      yes.onclick = () => seat(b, b.proposal.lon, b.proposal.lat);
      hint.append(yes);
      if (!map.getBounds().contains([b.proposal.lon, b.proposal.lat])) map.jumpTo({ center: [b.proposal.lon, b.proposal.lat] });
    }
  } else if (tab === "address" && chosen !== null) {
    const q = asked.address.find(x => x.id === chosen);
    if (!q) return;
    show("chosen", q.candidates.map((c, k) => point(c, { said: String(k + 1) })));
    if (q.candidates.length) {
      const b = new maplibre.LngLatBounds();
      q.candidates.forEach(c => b.extend([c.longitude, c.latitude]));
      map.fitBounds(b, { padding: 90, maxZoom: 17, animate: false });
    }
    hint.textContent = may() ? t("page.seat.hint_address", { name: q.text }) : "";
  } else {
    show("chosen", []);
    if (tab === "spelling" && asked.spelling.length) hint.textContent = t("page.seat.hint_spelling");
  }
}

let working = false;
async function clicked(e) {
  if (!may() || chosen === null || working) return;
  const { lng, lat } = e.lngLat;
  if (tab === "seat") await seat(seats.items.find(b => b.id === chosen), lng, lat);
  if (tab === "address") await decide(chosen, { lon: lng, lat, teach: taught($("list").querySelector("[aria-current]")) });
}

/** A building at a point: one click, and the next one is chosen. */
async function seat(b, lon, lat) {
  working = true;
  await tried(async () => {
    const done = await put(b, lon, lat);
    last = { ...b, version: done.version };
    placed.items.unshift({ ...b, version: done.version, lon, lat, proposal: null });
    placed.buildings += 1;
    placed.people += b.people;
    $("undo").hidden = false;
    $("undo").textContent = t("page.seat.undo", { name: b.label, n: number(b.people) });
    chosen = null;
    seats = await api(`/api/v1/seats?area=${$("area").value}`);  // with what the new place proposes to its neighbours
    draw();
  });
  working = false;
}

const put = (b, lon, lat) => api(`/api/v1/seats/${b.id}`, { method: "POST", json: { lon, lat }, headers: { "If-Match": `"${b.version}"` } });

async function undo() {
  await tried(async () => {
    await put(last, null, null);
    $("undo").hidden = true;
    await load();
    chosen = last.id;
    tab = "seat";
    draw();
  });
}

const back = q => may() && (q.what === "address" || q.state === "dismissed");
const decidedRow = q => `<div class="row decided"><span class="name">${escape(q.text)}<small class="muted">${escape([t("page.seat.state." + q.state), q.answer && (q.answer.name || q.answer.matched), q.decided_by].filter(Boolean).join(" · "))}</small></span>${back(q) ? `<button data-reopen="${q.id}">${escape(t("page.seat.reopen"))}</button>` : ""}</div>`;

/** A decision that was wrong is taken back, and the question waits again. */
async function reopen(q) {
  if (!confirm(t("page.seat.reopen_sure", { name: q.text }))) return;
  await tried(async () => {
    const done = await api(`/api/v1/reviews/${q.id}/reopen`, { method: "POST" });
    notice(t("page.seat.reopened", { name: done.text, n: number(done.unplaced) }));
    await load();
    chosen = asked.address.some(x => x.id === done.id) ? done.id : null;
    draw();
  });
}

async function decide(id, answer) {
  await tried(async () => {
    const done = await api(`/api/v1/reviews/${id}`, { method: "POST", json: answer });
    const n = (done.merged || 0) + (done.renamed || 0);
    notice(t(done.what === "spelling" ? "page.seat.decided_spelling" : "page.seat.decided_address", { name: done.text, n: number(done.what === "spelling" ? n : done.placed || 0) }));
    chosen = null;
    await load();
    if (tab === "spelling" && !asked.spelling.length) { tab = "seat"; draw(); }
  });
}

main().catch(error => { if (error.message !== "401") notice(error.message, true); });
