import { api, begin, escape, me, notice, number, percent, query, t, takeFile, tried, whom } from "/static/app.js";
import { makeMap } from "/static/basemap.js";
import { addPlaces, empty, fit, home, hover, levelBelow, pathTo, rateLegend } from "/static/places.js";
import { TabulatorFull as Tabulator } from "/static/vendor/tabulator-tables/tabulator_esm.min.mjs";

const $ = id => document.getElementById(id);
const BREAKS = [0.2, 0.4, 0.6, 0.8, 0.95, 1], COLOURS = ["#b2182b", "#ef8a62", "#fddbc7", "#d1e5f0", "#67a9cf", "#2166ac"];
const STATUS = ["overdue", "nobody", "due", "refused", "not_found", "late", "done", "excused"];
const may = word => me().permissions.includes(word);
const FROM = "gridsvc.month_from";
let map, table, areas = [], byCode = {}, current = null, cell = null, officer = null, tab = "places", next = null, rows = [];

async function main() {
  await begin("coverage");
  areas = (await api("/api/v1/areas")).items;
  byCode = Object.fromEntries(areas.map(a => [a.code, a]));
  const given = new URLSearchParams(location.search);
  for (const r of (await api("/api/v1/rules")).items) $("rule").append(new Option(r.name, r.code));
  months(given.get("period"));
  $("rule").value = given.get("rule") || "";
  for (const s of ["", ...STATUS]) $("status").append(new Option(t(s ? `page.task.${s}` : "page.all_status"), s));
  $("status").value = "overdue";
  for (const id of ["period", "rule"]) $(id).onchange = refresh;
  $("from").onchange = () => { localStorage.setItem(FROM, $("from").value); refresh(); };
  $("status").onchange = () => tasks();
  $("more").onclick = () => tasks(true);
  for (const b of document.querySelectorAll(".tabs button")) b.onclick = () => { tab = b.dataset.tab; officer = null; refresh(); };
  for (const id of ["tasks"]) document.querySelector(`[data-tab=${id}]`).hidden = !may("rows");
  $("month").hidden = !may("export");
  $("to-gaps").hidden = !may("rows");
  $("month").onclick = e => { e.preventDefault(); takeFile($("month"), `/api/v1/coverage/file?${query(asked())}`); };
  $("close").onclick = () => $("task").close();
  map = await makeMap("map", me().box);
  addPlaces(map, BREAKS, COLOURS, (code, e) => { if (!map.queryRenderedFeatures(e.point, { layers: ["doors"] }).length) open(code); });
  map.addSource("doors", { type: "geojson", data: empty() });
  map.addLayer({ id: "doors", type: "circle", source: "doors", paint: { "circle-radius": 6, "circle-color": ["match", ["get", "status"], ["overdue", "nobody"], "#c0341d", "done", "#2b7a4b", "#d69a1c"], "circle-stroke-color": "#fff", "circle-stroke-width": 1.4 } });
  map.on("click", "doors", e => openTask(rows[e.features[0].properties.at]));
  rateLegend($("maplegend"), "page.cover.rate", BREAKS, COLOURS, "page.cover.none");
  current = given.get("area") in byCode ? given.get("area") : home(areas);
  if (me().has_scope) await refresh();
  else notice(t("page.no_scope"));
  document.body.dataset.ready = "1";
}

/** This month and those before it, this quarter and the last, this year, as their own words. */
function months(wanted) {
  const today = new Date(), pad = n => String(n).padStart(2, "0");
  for (let k = 0; k < 13; k++) {
    const d = new Date(today.getFullYear(), today.getMonth() - k, 1);
    $("period").append(new Option(t("page.month", { year: d.getFullYear(), month: d.getMonth() + 1 }), `${d.getFullYear()}-${pad(d.getMonth() + 1)}`));
  }
  for (let k = 0; k < 4; k++) {
    const d = new Date(today.getFullYear(), today.getMonth() - 3 * k, 1), q = Math.floor(d.getMonth() / 3) + 1;
    $("period").append(new Option(t("page.quarter", { year: d.getFullYear(), quarter: q }), `${d.getFullYear()}-Q${q}`));
  }
  for (const y of [today.getFullYear(), today.getFullYear() - 1]) $("period").append(new Option(t("page.year", { year: y }), `${y}`));
  for (let n = 1; n <= 28; n++) $("from").append(new Option(t(n === 1 ? "page.month_from.first" : "page.month_from", { n, last: n - 1 }), n));
  const office = /^(\d{4}-\d{2})@(\d+)$/.exec(wanted ?? "");
  $("from").value = office?.[2] ?? localStorage.getItem(FROM) ?? 1;
  wanted = office?.[1] ?? wanted;
  if (wanted && [...$("period").options].every(o => o.value !== wanted)) $("period").append(new Option(wanted, wanted));
  if (wanted) $("period").value = wanted;
}

/** The month of an office that reports from a day of the month before to the day before it. */
function period() {
  const chosen = $("period").value, month = /^\d{4}-\d{2}$/.test(chosen);
  $("from").hidden = !month;
  return month && $("from").value > 1 ? `${chosen}@${$("from").value}` : chosen;
}

const asked = () => ({ area: current, period: period(), rule: $("rule").value });

let turn = 0;
async function refresh() {
  if (!me().has_scope) return;
  const mine = ++turn;  // a slow answer must not overwrite a newer one
  for (const b of document.querySelectorAll(".tabs button")) b.setAttribute("aria-selected", b.dataset.tab === tab);
  if (tab !== "tasks") cell = null;
  crumbs();
  $("to-gaps").href = `/gaps?${query({ area: current, rule: $("rule").value })}`;
  $("filters").hidden = tab !== "tasks";
  $("more").hidden = true;
  const by = levelBelow(areas, current);
  await tried(async () => {
    const [found, shapes] = await Promise.all([api(`/api/v1/coverage?${query({ ...asked(), by })}`), api(`/api/v1/coverage/geojson?${query({ ...asked(), by })}`)]);
    if (mine !== turn) return;
    cards(cell ? found.rows.find(r => r.code === cell.code) ?? found.total : found.total);
    map.getSource("places").setData(shapes);
    if (!cell) fit(map, shapes);
    if (tab !== "tasks") map.getSource("doors").setData(empty());
    if (tab === "places") list(found.rows, "places");
    else if (tab === "tasks") await tasks();
    else {
      const other = await api(`/api/v1/coverage?${query({ ...asked(), by: tab })}`);
      if (mine === turn) list(other.rows, tab);
    }
    const notes = [...(found.partial ? [t("coverage.partial", { area: found.area_name })] : []), ...(found.hidden.length ? [t("page.hidden_rules", { rules: found.hidden.join("、") })] : [])];
    $("left-out").hidden = !notes.length;
    $("left-out").textContent = notes.join(" ");
    for (const o of $("rule").options) o.disabled ||= found.hidden.includes(o.text);
  });
}

function crumbs() {
  const path = pathTo(byCode, current);
  const last = cell || officer;
  $("crumbs").innerHTML = path.map((a, i) => i < path.length - 1 || last ? `<button data-code="${a.code}">${escape(a.name)}</button>${i < path.length - 1 ? "<i>›</i>" : ""}` : `<span>${escape(a.name)}</span>`).join("")
    + (last ? `<i>›</i><span>${escape(last.name)}</span>` : "") || escape(t("page.all_areas"));
  for (const b of $("crumbs").querySelectorAll("button")) b.onclick = () => { current = b.dataset.code; cell = officer = null; tab = "places"; refresh(); };
}

const points = v => v === null || v === undefined ? "—" : `<span class="${v > 0.05 ? "up" : v < -0.05 ? "down" : ""}">${v > 0.05 ? "+" : ""}${v.toFixed(1).replace("-0.0", "0.0")}</span>`;

function cards(s) {
  const card = (value, key, mark = "") => `<div class="card ${mark}"><b>${value}</b><span>${escape(t(key))}</span></div>`;
  const good = s.rate === null ? "" : s.rate >= s.asked_rate - 1e-6 ? "good" : "bad";
  $("cards").innerHTML = card(percent(s.rate), "page.cover.rate", good) + card(percent(s.on_time), "page.cover.on_time") + card(`${number(s.covered)}<small class="muted"> / ${number(s.targets)}</small>`, "page.cover.doors")
    + card(number(s.total), "page.cover.total") + card(number(s.overdue), "page.task.overdue", s.overdue ? "bad" : "") + card(number(s.nobody), "page.task.nobody", s.nobody ? "bad" : "")
    + card(number(s.remaining), "page.cover.remaining") + card(points(s.before), "page.cover.before");
}

const num = (key, field, width = 84) => ({ title: t(key), field, hozAlign: "right", headerHozAlign: "right", sorter: "number", width, formatter: c => number(c.getValue()) });
const rate = () => ({ title: t("page.cover.rate"), field: "rate", hozAlign: "right", headerHozAlign: "right", sorter: "number", sorterParams: { alignEmptyValues: "bottom" }, width: 96, formatter: c => {
  const r = c.getData();
  return `<span class="${r.rate === null ? "rate-none" : r.rate >= r.asked_rate - 1e-6 ? "rate-good" : "rate-bad"}">${percent(r.rate)}</span>`;
} });

function show(columns, data, click) {
  table?.destroy();
  table = new Tabulator("#table", { data, columns, layout: "fitDataStretch", height: "100%", placeholder: t("page.nothing"), columnDefaults: { headerSortTristate: true, resizable: false } });
  if (click) table.on("rowClick", (e, row) => { if (!e.target.closest("a")) click(row.getData()); });
  table.on("rowMouseEnter", (_, row) => hover(map, row.getData().code));
  table.on("rowMouseLeave", () => hover(map, null));
}

function list(found, what) {
  const head = { title: t(`page.cover.head.${what}`), field: "name", frozen: innerWidth > 760, minWidth: what === "rule" ? 190 : 116, formatter: c => escape(c.getValue()) };
  const links = { title: t("page.plan"), field: "code", width: 130, headerSort: false, formatter: c => c.getData().key > 0 && c.getData().code ? planLinks(c.getValue()) : "" };
  const forms = what === "officer" && may("rows") ? [links] : [];
  const columns = innerWidth > 760
    ? [head, rate(), { ...num("page.cover.on_time", "on_time", 84), formatter: c => percent(c.getValue()) }, num("page.cover.total", "total"), num("page.task.overdue", "overdue"), num("page.task.nobody", "nobody", 100), ...forms,
       ...(what === "officer" ? [{ ...num("page.cover.agreement", "agreement", 108), formatter: c => percent(c.getValue()) }] : []), num("page.cover.targets", "targets", 98), num("page.cover.covered", "covered", 98), num("page.cover.visits", "visits", 112), num("page.cover.remaining", "remaining", 92), { ...num("page.cover.before", "before", 128), formatter: c => points(c.getValue()) },
       { ...num("page.cover.year_ago", "year_ago", 128), formatter: c => points(c.getValue()) }, num("page.cover.rank", "rank", 72)]
    : [head, rate(), ...forms, num("page.task.overdue", "overdue", 70), num("page.cover.total", "total", 70), num("page.task.nobody", "nobody", 100), num("page.cover.rank", "rank", 72)];
  show(columns, found, r => what === "places" ? open(r.code) : what === "officer" ? ofOfficer(r) : ofRule(r));
}

const planLinks = number => ["xlsx", "html"].map(f => `<a class="get" href="/api/v1/plan/file?${query({ officer: number, format: f })}">${escape(t("page.plan." + f))}</a>`).join("");

function ofOfficer(r) {
  if (r.key <= 0 || !may("rows")) return;
  officer = { number: r.code || r.name, name: r.name };
  tab = "tasks";
  refresh();
}

function ofRule(r) {
  $("rule").value = r.code;
  tab = "places";
  refresh();
}

function open(code) {
  if (!code) return;
  if (byCode[code] && code.length <= 12) {
    if (code === current) return;
    current = code;
    cell = officer = null;
    tab = "places";
    return refresh();
  }
  if (!may("rows")) return;
  const feature = map.querySourceFeatures("places").find(f => f.properties.code === code);
  cell = { code, name: feature?.properties.name ?? code };
  tab = "tasks";
  return refresh();
}

/** Obligations one by one, the first due first. */
async function tasks(further = false) {
  const what = { ...asked(), cell: cell?.code, officer: officer?.number, status: $("status").value, limit: 200, cursor: further ? next : "" };
  const found = await tried(() => api(`/api/v1/obligations?${query(what)}`));
  if (!found) return;
  rows = (further ? rows : []).concat(found.rows).map((r, at) => ({ ...r, at }));
  next = found.next;
  $("more").hidden = !next;
  $("shown").textContent = t(next ? "page.shown_more" : "page.shown", { n: number(rows.length) });
  const columns = [
    { title: t("page.task.days_late"), field: "late", hozAlign: "right", width: 100, sorter: "number", formatter: c => c.getValue() ? `<span class="rate-bad">${number(c.getValue())}</span>` : "—" },
    whom(innerWidth > 760 ? 190 : 150), { title: t("page.task.rule"), field: "rule_name", minWidth: 150, maxWidth: 240, formatter: c => escape(c.getValue()) }, { title: t("page.task.by"), field: "due", width: 104 },
    { title: t("page.task.status"), field: "status", width: 92, formatter: c => `<span class="status-${c.getValue()}">${escape(t("page.task." + c.getValue()))}</span>` }, { title: t("page.task.officer"), field: "officer", width: 90, formatter: c => escape(c.getValue()) }];
  show(innerWidth > 760 ? columns : [columns[0], columns[1], columns[2], columns[4]], rows, openTask);
  const placed = rows.filter(r => r.lon !== null);
  const points = { type: "FeatureCollection", features: placed.map(r => ({ type: "Feature", properties: { at: r.at, status: r.status }, geometry: { type: "Point", coordinates: [r.lon, r.lat] } })) };
  map.getSource("doors").setData(points);
  if (placed.length && (cell || officer)) fit(map, points);
}

function openTask(r) {
  if (!r) return;
  const say = [["page.task.where", r.place], ["page.task.rule", r.rule_name], ["page.task.window", `${r.opens} – ${r.due}`], ["page.task.status", t("page.task." + r.status)], ["page.task.until", r.until], ["page.task.done_on", r.fulfilled_on],
    ["page.task.tried", r.tried_on && `${r.tried_on} ${t("page.outcome." + r.tried)}`], ["page.task.officer", r.officer && `${r.officer} ${r.number ?? ""}`], ["page.cell", r.cell_code], ["page.excuse.reason", r.excuse]];
  $("task-name").textContent = r.name;
  $("task-body").innerHTML = say.filter(s => s[1]).map(([k, v]) => `<dt>${escape(t(k))}</dt><dd>${escape(v)}</dd>`).join("");
  const open = !["done", "late"].includes(r.status);
  $("excuse").hidden = !may("edit") || !open;
  $("reason").value = "";
  $("reason").closest("label").hidden = $("do-excuse").hidden = r.status === "excused";
  $("put-back").hidden = r.status !== "excused";
  const send = reason => tried(async () => {
    await api("/api/v1/obligations/excuse", { method: "POST", json: { rule: r.rule, target: r.target_id, opens: r.opens, reason } });
    $("task").close();
    notice(t(reason === null ? "page.excuse.undone" : "page.excuse.done"));
    await refresh();
  });
  $("excuse").onsubmit = e => { e.preventDefault(); send($("reason").value); };
  $("put-back").onclick = () => send(null);
  $("task").showModal();
  if (r.lon !== null) map.flyTo({ center: [r.lon, r.lat], zoom: 16.5 });
}

tried(main);
