import { api, areaOptions, begin, escape, localTime, me, notice, number, query, t, takeFile, tried, whom } from "/static/app.js";
import { makeMap } from "/static/basemap.js";
import { TabulatorFull as Tabulator } from "/static/vendor/tabulator-tables/tabulator_esm.min.mjs";

const $ = id => document.getElementById(id);
let map, table, kind = "", rows = [], next = null, counts = [];

async function main() {
  await begin("gaps");
  const asked = new URLSearchParams(location.search);
  await areaOptions($("area"));
  $("area").value = asked.get("area") || me().area || $("area").options[0]?.value || "";
  for (const r of (await api("/api/v1/rules")).items) $("rule").append(new Option(r.name, r.code));
  $("rule").value = asked.get("rule") || "";
  kind = asked.get("kind") || "";
  for (const n of ["", 7, 30, 90, 180]) $("days").append(new Option(n ? t("page.gaps.since", { n }) : t("page.gaps.any_day"), n));
  $("officer").placeholder = t("page.gaps.officer");
  for (const id of ["area", "rule", "days", "sort"]) $(id).onchange = () => load();
  $("officer").onchange = () => load();
  $("more").onclick = () => load(true);
  $("file").hidden = !me().permissions.includes("export");
  $("file").onclick = () => takeFile($("file"), `/api/v1/gaps/file?${query(asks())}`);
  map = await makeMap("map", me().box);
  map.addSource("gaps", { type: "geojson", data: points() });
  map.addLayer({ id: "gaps", type: "circle", source: "gaps", paint: { "circle-radius": 6, "circle-color": "#c0341d", "circle-opacity": 0.85, "circle-stroke-color": "#fff", "circle-stroke-width": 1.4 } });
  map.on("click", "gaps", e => table?.scrollToRow(e.features[0].properties.at, "center", true).catch(() => {}));
  map.on("mouseenter", "gaps", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "gaps", () => { map.getCanvas().style.cursor = ""; });
  if (me().has_scope) await load();
  else notice(t("page.no_scope"));
  document.body.dataset.ready = "1";
}

const points = () => ({ type: "FeatureCollection", features: rows.filter(r => r.lon !== null).map(r => ({ type: "Feature", properties: { at: r.at }, geometry: { type: "Point", coordinates: [r.lon, r.lat] } })) });

const asks = () => ({ area: $("area").value, rule: $("rule").value, officer: $("officer").value.trim(), days: $("days").value, sort: $("sort").value, kind });

async function load(further = false) {
  const what = { ...asks(), limit: 200, cursor: further ? next : "" };
  const found = await tried(() => api(`/api/v1/gaps?${query(what)}`));
  if (!found) return;
  if (!further) counts = found.kinds;
  rows = (further ? rows : []).concat(found.rows).map((r, at) => ({ ...r, at }));
  next = found.next;
  $("more").hidden = !next;
  $("found").textContent = found.found_at ? t("page.gaps.found", { at: localTime(found.found_at) }) : t("page.gaps.never");
  kinds();
  list();
  map.getSource("gaps").setData(points());
  if (!further) fit();
}

function kinds() {
  const groups = {}, every = counts.reduce((sum, k) => sum + k.n, 0);
  for (const k of counts) (groups[k.group] ??= []).push(k);
  const button = (name, label, n) => `<button data-kind="${name}" aria-pressed="${name === kind}"><span>${escape(label)}</span><b>${number(n)}</b></button>`;
  $("kinds").innerHTML = button("", t("page.all"), every) + Object.entries(groups).map(([group, found]) => `<h2>${escape(group)}</h2>` + found.map(k => button(k.kind, k.label, k.n)).join("")).join("");
  for (const b of $("kinds").querySelectorAll("button")) b.onclick = () => { kind = b.dataset.kind; load(); };
  const chosen = counts.find(k => k.kind === kind);
  $("todo").hidden = !chosen;
  $("todo").textContent = chosen ? `${chosen.label} — ${t("page.gaps.todo")}：${chosen.todo}` : "";
}

function list() {
  const text = (key, field, more) => ({ title: t(key), field, formatter: c => escape(c.getValue()), ...more });
  const what = { title: t("page.gaps.what"), field: "label", minWidth: 96, tooltip: (e, c) => `${t("page.gaps.todo")}：${c.getData().todo}`, formatter: c => `<b>${escape(c.getValue())}</b>` };
  const rule = text("page.task.rule", "what", { minWidth: 130, maxWidth: 196 });
  const says = r => r.kind.startsWith("said_") && me().permissions.includes("edit");
  const accepts = r => says(r) && (r.kind === "said_moved" || (r.kind === "said_vacant" && r.target === "dwelling"));
  const link = { title: "", field: "map", frozen: innerWidth > 760, minWidth: rows.some(accepts) ? 178 : rows.some(says) ? 142 : 104, headerSort: false, formatter: c => {
    const r = c.getData();
    return (r.map ? `<a class="get" href="${escape(r.map)}">${escape(t("page.nav.map"))}</a>` : "") + (r.record ? `<a class="get" href="${escape(r.record)}">${escape(t("page.nav.ledger"))}</a>` : "") + (accepts(r) ? `<a class="get" href="#" data-accept="1">${escape(t("page.gaps.accept"))}</a>` : "") + (says(r) ? `<a class="get" href="#" data-keep="1">${escape(t(r.kind === "said_wrong" ? "page.gaps.settled" : "page.gaps.keep"))}</a>` : "");
  } };
  const days = { title: t("page.gaps.for"), field: "days", width: 64, hozAlign: "right", sorter: "number", formatter: c => number(c.getValue()) };
  const all = [...(kind ? [] : [what]), days, ...(rows.some(r => r.what) ? [rule] : []), whom(190), text("page.task.officer", "officers", { minWidth: 90, maxWidth: 150 }), ...(rows.some(r => r.n !== null) ? [{ title: t("page.gaps.n"), field: "n", width: 88, hozAlign: "right", formatter: c => c.getValue() === null ? "" : number(c.getValue()) + (c.getData().kind === "visit_far" ? t("page.gaps.metres") : "") }] : []),
    text("page.cell", "cell_code", { width: 148 }), ...(kind ? [] : [text("page.gaps.todo", "todo", { minWidth: 200 })]), link];
  table?.destroy();
  table = new Tabulator("#table", { data: rows, index: "at", columns: innerWidth > 760 ? all : [whom(180, r => kind ? "" : r.label), days, link], layout: "fitDataStretch", height: "100%", placeholder: t("page.gaps.none"),
    columnDefaults: { headerSortTristate: true, headerSort: !next, resizable: false } });  // a part of a list cannot be put in order
  table.on("rowClick", (e, row) => {
    const r = row.getData();
    if (e.target.closest("[data-accept]")) return void (e.preventDefault(), accept(r));
    if (e.target.closest("[data-keep]")) return void (e.preventDefault(), keep(r));
    if (!e.target.closest("a") && r.lon !== null) map.flyTo({ center: [r.lon, r.lat], zoom: 16.5 });
  });
}

/** The record becomes what the last visit said of it. */
async function accept(r) {
  if (!confirm(t("page.gaps.sure", { label: r.label, name: `${r.name} ${r.place}` }))) return;
  const done = await tried(() => api("/api/v1/gaps/accept", { method: "POST", json: { kind: r.kind, target: r.target, target_id: r.target_id } }));
  if (!done) return;
  notice(t("page.gaps.accepted", { n: done.changed.length }));
  await load();
}

/** The record stays as it is, or was put right by hand: with a reason. */
async function keep(r) {
  const reason = prompt(t(r.kind === "said_wrong" ? "page.gaps.why.wrong" : "page.gaps.why", { label: r.label, name: `${r.name} ${r.place}` }))?.trim();
  if (!reason) return;
  await tried(async () => {
    await api("/api/v1/gaps/keep", { method: "POST", json: { kind: r.kind, target: r.target, target_id: r.target_id, reason } });
    notice(t("page.gaps.kept"));
    await load();
  });
}

function fit() {
  const box = [180, 90, -180, -90];
  for (const r of rows) if (r.lon !== null) [box[0], box[1], box[2], box[3]] = [Math.min(box[0], r.lon), Math.min(box[1], r.lat), Math.max(box[2], r.lon), Math.max(box[3], r.lat)];
  if (box[0] <= box[2]) map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: 30, duration: 300, maxZoom: 16 });
}

tried(main);
