import { api, begin, classOptions, escape, lang, localTime, me, notice, number, percent, periodPicker, query, t, tried } from "/static/app.js";
import { makeMap } from "/static/basemap.js";
import { addPlaces, fit, home, hover, levelBelow, pathTo, rateLegend } from "/static/places.js";
import { TabulatorFull as Tabulator } from "/static/vendor/tabulator-tables/tabulator_esm.min.mjs";

const $ = id => document.getElementById(id);
const BREAKS = [0.5, 0.7, 0.85, 0.9, 0.95, 1], COLOURS = ["#b2182b", "#ef8a62", "#fddbc7", "#d1e5f0", "#67a9cf", "#2166ac"];
const MEASURES = ["received", "closed_in_time", "closed_late", "open_in_time", "overdue", "no_limit", "void"];
let map, table, period, areas = [], byCode = {}, current = null, tab = "places", target = 0.95, shapes = null;

async function main() {
  await begin("closing");
  areas = (await api("/api/v1/areas")).items;
  byCode = Object.fromEntries(areas.map(a => [a.code, a]));
  await classOptions($("class"));
  period = periodPicker($("period"), $("from"), $("to"), refresh);
  $("class").onchange = refresh;
  for (const b of document.querySelectorAll(".tabs button")) b.onclick = () => { tab = b.dataset.tab; refresh(); };
  for (const b of document.querySelectorAll("[data-file]")) b.onclick = () => { location.href = `/api/v1/closing/file?${query({ ...asked(), format: b.dataset.file })}`; };
  document.querySelector(".exports").hidden = !me().permissions.includes("export");
  for (const id of ["overdue", "empty"]) document.querySelector(`[data-tab=${id}]`).hidden = !me().permissions.includes("rows");
  $("close").onclick = () => $("event").close();
  map = await makeMap("map", me().box);
  addPlaces(map, BREAKS, COLOURS, open);
  rateLegend($("maplegend"), "report.column.rate", BREAKS, COLOURS, "page.no_rate");
  current = home(areas);
  if (me().has_scope) await refresh();
  else notice(t("page.no_scope"));
  document.body.dataset.ready = "1";
}

const asked = () => ({ area: current, period: period(), class: $("class").value });

async function refresh() {
  if (!me().has_scope) return;
  for (const b of document.querySelectorAll(".tabs button")) b.setAttribute("aria-selected", b.dataset.tab === tab);
  crumbs();
  const by = levelBelow(areas, current);
  await tried(async () => {
    const [found, features] = await Promise.all([
      api(`/api/v1/closing?${query({ ...asked(), by })}`), api(`/api/v1/closing/geojson?${query({ ...asked(), by })}`)]);
    target = found.target;
    cards(found.total);
    shapes = features.features.length ? features : await api(`/api/v1/closing/geojson?${query({ ...asked(), by: "community" })}`);
    map.getSource("places").setData(shapes);
    fit(map, shapes);
    if (tab === "places") places(found.rows.length ? found.rows : shapes.features.map(f => f.properties));
    else if (tab === "class") classes((await api(`/api/v1/closing?${query({ ...asked(), by: "class" })}`)).rows);
    else await gaps();
  });
}

function crumbs() {
  const path = pathTo(byCode, current);
  $("crumbs").innerHTML = path.map((a, i) => i < path.length - 1 ? `<button data-code="${a.code}">${escape(a.name)}</button><i>›</i>` : `<span>${escape(a.name)}</span>`).join("") || escape(t("page.all_areas"));
  for (const b of $("crumbs").querySelectorAll("button")) b.onclick = () => { current = b.dataset.code; tab = "places"; refresh(); };
}

function cards(total) {
  const cell = (value, key, mark = "") => `<div class="card ${mark}"><b>${value}</b><span>${escape(t(key))}</span></div>`;
  const rate = total.rate, mark = rate === null ? "" : rate >= target ? "good" : "bad";
  $("cards").innerHTML = cell(percent(rate), "report.column.rate", mark) + cell(Math.round(target * 100) + "%", "report.target")
    + ["received", "closed_in_time", "closed_late", "open_in_time", "overdue", "void"].map(m => cell(number(total[m]), "report.column." + m, m === "overdue" && total[m] ? "bad" : "")).join("");
}

const rateCell = cell => {
  const r = cell.getValue();
  return `<span class="${r === null ? "rate-none" : r >= target ? "rate-good" : "rate-bad"}">${percent(r)}</span>`;
};
const numeric = (field, width = 92) => ({ title: t("report.column." + field), field, hozAlign: "right", headerHozAlign: "right", sorter: "number", width, formatter: c => number(c.getValue()) });

function show(columns, rows, options = {}) {
  table?.destroy();
  table = new Tabulator("#table", { data: rows, columns, layout: "fitDataStretch", height: "100%", placeholder: t("page.nothing"), index: options.index || "code",
    columnDefaults: { headerSortTristate: true, resizable: false }, initialSort: options.sort || [] });
  if (options.click) table.on("rowClick", (_, row) => options.click(row.getData()));
  table.on("rowMouseEnter", (_, row) => hover(map, row.getData().code));
  table.on("rowMouseLeave", () => hover(map, null));
}

function places(rows) {
  const head = { title: t("report.column.name"), field: "name", frozen: innerWidth > 760, minWidth: 120, formatter: c => escape(c.getValue()) };
  const code = { title: t("report.column.code"), field: "code", width: 150, formatter: c => `<span class="num muted small">${escape(c.getValue())}</span>` };
  const rate = { title: t("report.column.rate"), field: "rate", hozAlign: "right", headerHozAlign: "right", sorter: "number", sorterParams: { alignEmptyValues: "bottom" }, width: 112, formatter: rateCell };
  const columns = innerWidth > 760 ? [head, code, rate, ...MEASURES.map(m => numeric(m, m === "open_in_time" ? 124 : 100))] : [head, rate, numeric("overdue", 86), numeric("received", 86), ...MEASURES.filter(m => !["overdue", "received"].includes(m)).map(m => numeric(m, 96))];
  show(columns, rows, { click: r => open(r.code) });
}

function classes(rows) {
  const name = r => lang() === "en" && r.name_en ? r.name_en : r.name;
  show([{ title: t("report.limit.name"), field: "label", minWidth: 130, frozen: innerWidth > 760, formatter: c => escape(c.getValue()) },
    { title: t("report.column.rate"), field: "rate", hozAlign: "right", headerHozAlign: "right", sorter: "number", width: 112, formatter: rateCell },
    ...MEASURES.map(m => numeric(m, m === "open_in_time" ? 124 : 100))], rows.map(r => ({ ...r, label: name(r) })));
}

async function gaps() {
  const found = await api(`/api/v1/closing/gaps?${query({ ...asked(), class: "" })}&limit=1000`);
  if (tab === "overdue") {
    show([{ title: t("report.overdue.days"), field: "days", hozAlign: "right", width: 92, sorter: "number", formatter: c => `<span class="rate-bad">${number(c.getValue())}</span>` },
      { title: t("report.overdue.class"), field: "class", minWidth: 110, formatter: c => escape(c.getValue()) },
      { title: t("report.overdue.address"), field: "address", minWidth: 150, formatter: c => escape(c.getValue()) },
      { title: t("report.overdue.due_at"), field: "due_at", width: 150, formatter: c => localTime(c.getValue()) },
      { title: t("report.overdue.cell"), field: "cell_code", width: 150, formatter: c => `<span class="num muted small">${escape(c.getValue())}</span>` }],
    found.overdue, { index: "id", click: r => openEvent(r.id) });
  } else {
    show([{ title: t("report.column.name"), field: "name", minWidth: 120, formatter: c => escape(c.getValue()) },
      { title: t("report.column.code"), field: "code", width: 160, formatter: c => `<span class="num muted small">${escape(c.getValue())}</span>` },
      { title: t("page.gap.reason"), field: "reason", width: 150, formatter: c => escape(t("gaps." + c.getValue())) },
      { title: t("page.events"), field: "events", hozAlign: "right", width: 90 }, { title: t("page.buildings"), field: "buildings", hozAlign: "right", width: 90 }],
    found.empty_cells);
  }
}

function open(code) {
  if (!code) return;
  if (byCode[code] && code.length < 13) {
    if (levelBelow(areas, code) === "cell" && code === current) return;
    current = code;
    tab = "places";
    return refresh();
  }
  return openCell(code);
}

async function openCell(code) {
  if (!me().permissions.includes("rows")) return;
  const found = await tried(() => api(`/api/v1/events?${query({ cell: code, class: $("class").value, sort: "due_at", limit: 200, state: "open" })}`));
  if (!found) return;
  tab = "overdue";
  for (const b of document.querySelectorAll(".tabs button")) b.setAttribute("aria-selected", b.dataset.tab === "overdue");
  const name = shapes.features.find(f => f.properties.code === code)?.properties.name ?? code;
  $("crumbs").innerHTML += `<i>›</i><span>${escape(name)}</span>`;
  const now = Date.now();
  show([{ title: t("report.overdue.days"), field: "days", hozAlign: "right", width: 92, sorter: "number", formatter: c => c.getValue() > 0 ? `<span class="rate-bad">${number(c.getValue())}</span>` : "—" },
    { title: t("report.overdue.class"), field: "class", minWidth: 110, formatter: c => escape(c.getValue()) },
    { title: t("report.overdue.address"), field: "address", minWidth: 150, formatter: c => escape(c.getValue()) },
    { title: t("report.overdue.due_at"), field: "due_at", width: 150, formatter: c => localTime(c.getValue()) }],
  found.items.map(e => ({ ...e, days: e.due_at ? Math.floor((now - new Date(e.due_at)) / 864e5) : 0 })), { index: "id", click: r => openEvent(r.id) });
}

async function openEvent(id) {
  const e = await tried(() => api(`/api/v1/events/${id}`));
  if (!e) return;
  const rows = [["page.event.title", e.title], ["page.event.place", e.address], ["page.event.reported", localTime(e.reported_at)], ["page.event.due", localTime(e.due_at)], ["page.event.closed", e.closed_at ? localTime(e.closed_at) : ""],
    ["page.event.state", e.status_text || t("page.state." + e.state)], ["page.event.channel", e.channel], ["page.event.cell", e.cell_code], ["page.event.source", e.source && `${e.source} ${e.source_key}`]];
  $("event-name").textContent = lang() === "en" && e.class_en ? e.class_en : e.class;
  $("event-body").innerHTML = rows.filter(r => r[1]).map(([k, v]) => `<dt>${escape(t(k))}</dt><dd>${escape(v)}</dd>`).join("");
  $("event").showModal();
  if (e.lon !== null) map.flyTo({ center: [e.lon, e.lat], zoom: 16 });
}

tried(main);
