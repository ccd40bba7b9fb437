import { api, begin, escape, lang, me, notice, query, t, tried } from "/static/app.js";
import { TabulatorFull as Tabulator } from "/static/vendor/tabulator-tables/tabulator_esm.min.mjs";

const $ = id => document.getElementById(id);
const TARGETS = ["area", "cell", "estate", "building", "unit", "dwelling", "household", "person", "hazard", "hazard_source", "organisation", "component", "facility", "zone"];
const NARROWED = { estate: "estate_kind", dwelling: "dwelling_use", household: "service_category", person: "service_category", hazard: "hazard_grade", hazard_source: "source_grade",
  organisation: "organisation_class", component: "component_class", facility: "facility_class", zone: "zone_class" };
const PERIODS = ["day", "week", "half-month", "month", "quarter", "half-year", "year", "days", "holiday", "occurrence"];
const FIELDS = ["code", "name", "name_en", "target", "kinds", "activity", "modes", "period", "every", "holidays", "measure", "amount", "document", "working", "grace", "rate", "area", "source"];
const HELP = ["kinds", "activity", "modes", "every", "holidays", "grace", "rate", "area", "day"];
let table, items = [], names = {}, current = null;

async function main() {
  await begin("rules");
  for (const c of (await api("/api/v1/codes")).items) (names[c.list] ??= {})[c.code] = lang() === "en" && c.name_en ? c.name_en : c.name;
  names.estate_kind.flagged = t("page.rules.flagged");
  $("add").hidden = !may();
  $("every").onchange = load;
  $("add").onclick = () => open(null);
  $("close").onclick = () => $("rule").close();
  $("form").onsubmit = e => { e.preventDefault(); save(); };
  $("retire").onclick = retire;
  $("withdraw").onclick = withdraw;
  await load();
  document.body.dataset.ready = "1";
}

const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
const planned = r => r.valid_from > today();
const may = () => me().permissions.includes("classes");
const called = r => lang() === "en" && r.name_en ? r.name_en : r.name;
const words = (list, codes) => codes.map(c => names[list]?.[c] ?? c).join("、");

function period(r) {
  const text = t("page.rules.period." + r.period, { n: r.every, holidays: r.holidays.join("、") });
  return r.working ? `${text}（${t("page.rules.working")}）` : text;
}

async function load() {
  items = (await tried(() => api(`/api/v1/rules?${query({ every: $("every").checked, planned: true })}`)))?.items ?? [];
  const text = (key, value, more) => ({ title: t(key), field: key, ...more, accessor: value, mutator: (_, row) => value(row), formatter: c => escape(c.getValue()) });
  const columns = [
    text("page.rules.name", r => called(r) + (planned(r) ? t(r.retired ? "page.rules.planned_end" : "page.rules.planned", { day: r.valid_from }) : ""), { minWidth: 190, frozen: innerWidth > 760 }), text("page.rules.target", r => t("page.rules.target." + r.target) + (r.kinds.length ? `（${r.target === "area" ? r.kinds.map(k => t("level." + k)).join("、") : r.target === "cell" ? r.kinds.map(k => t("page.rules.cell." + k)).join("、") : words(NARROWED[r.target], r.kinds)}）` : ""), { minWidth: 150, maxWidth: 220 }),
    text("page.rules.period", period, { minWidth: 96 }), text("page.rules.amount", r => t(`page.rules.${r.measure}`, { n: r.amount }), { width: 96 }), text("page.rules.activity", r => words("visit_activity", r.activity), { minWidth: 96 }),
    text("page.rules.grace", r => r.grace === null ? t("page.rules.forever") : t("page.rules.days", { n: r.grace }), { width: 84 }), text("page.rules.rate", r => Math.round(r.rate * 100) + "%", { width: 74, hozAlign: "right" }),
    text("page.rules.document", r => r.document ? t("page.yes") : "", { width: 84 }), text("page.rules.area", r => r.area ?? t("page.rules.everywhere"), { width: 130 }), text("page.rules.valid", r => `${r.valid_from} – ${r.valid_to ?? ""}${r.retired ? ` ${t("page.rules.retired")}` : ""}`, { width: 178 }), text("page.rules.code", r => r.code, { width: 116 })];
  table?.destroy();
  table = new Tabulator("#table", { data: items, columns: innerWidth > 760 ? columns : [columns[0], columns[2], columns[3], columns[6]], layout: "fitDataStretch", height: "100%", placeholder: t("page.nothing"), columnDefaults: { headerSortTristate: true, resizable: false } });
  table.on("rowClick", (_, row) => open(row.getData()));
}

const option = (value, label, chosen) => `<option value="${escape(value)}"${value === chosen ? " selected" : ""}>${escape(label)}</option>`;

/** What a field is edited with. */
function control(name, value) {
  const id = `f-${name}`;
  if (name === "target") return `<select id="${id}">${TARGETS.map(v => option(v, t("page.rules.target." + v), value)).join("")}</select>`;
  if (name === "period") return `<select id="${id}">${PERIODS.map(v => option(v, t("page.rules.period." + v, { n: "N", holidays: t("page.rules.holidays") }), value)).join("")}</select>`;
  if (name === "measure") return `<select id="${id}">${["times", "minutes"].map(v => option(v, t("page.rules.measure." + v), value)).join("")}</select>`;
  if (["document", "working"].includes(name)) return `<select id="${id}">${option("yes", t("page.yes"), value)}${option("no", t("page.no"), value)}</select>`;
  return `<input type="text" id="${id}" value="${escape(value)}" maxlength="200"${name === "code" && current ? " readonly" : ""}>`;
}

/** Codes as people call them, and back. */
const LISTS = { activity: "visit_activity", modes: "visit_mode" };
const listOf = (name, target) => name === "kinds" ? NARROWED[target] : LISTS[name];

function open(r) {
  current = r;
  const row = r ?? { target: "dwelling", kinds: [], activity: ["visit"], modes: [], period: "month", measure: "times", amount: 1, rate: 1, grace: 5, holidays: [], document: false, working: false };
  const value = name => {
    const v = name === "source" ? row.origin : row[name];
    if (Array.isArray(v)) return listOf(name, row.target) ? words(listOf(name, row.target), v) : v.join("、");
    if (typeof v === "boolean") return v ? "yes" : "no";
    return v ?? "";
  };
  $("rule-name").textContent = r ? called(r) : t("page.rules.add");
  $("fields").innerHTML = FIELDS.map(name => `<label class="field${["name", "kinds"].includes(name) ? " whole" : ""}"><span>${escape(t("page.rules.field." + name))}</span>${control(name, value(name))}${HELP.includes(name) ? `<small class="help">${escape(t("page.rules.help." + name))}</small>` : ""}</label>`).join("")
    + `<label class="field"><span>${escape(t("page.rules.field.day"))}</span><input type="date" id="f-day"><small class="help">${escape(t("page.rules.help.day"))}</small></label>`;
  const closed = !may() || (r && (r.retired || (r.valid_to && r.valid_to <= today())));
  for (const el of $("fields").querySelectorAll("input, select")) el.disabled = closed;
  $("save").hidden = closed;
  $("retire").hidden = closed || !r || planned(r);
  $("withdraw").hidden = !may() || !r || !planned(r) || r.valid_to !== null;
  $("said").textContent = r ? t("page.rules.version", { n: r.version, code: r.code }) : "";
  $("rule").showModal();
}

function codesOf(list, text) {
  const back = Object.fromEntries(Object.entries(names[list] ?? {}).map(([code, name]) => [name, code]));
  return text.split(/[、,，|;；]/).map(s => s.trim()).filter(Boolean).map(s => back[s] ?? s).join("|");
}

async function save() {
  const fields = {};
  for (const name of FIELDS) {
    const text = $(`f-${name}`).value.trim(), list = listOf(name, $("f-target").value);
    if (name === "code" || name === "area") continue;
    fields[name] = list ? codesOf(list, text) : ["kinds", "holidays"].includes(name) ? text.split(/[、,，|;；]/).map(s => s.trim()).filter(Boolean).join("|") : text;
  }
  const code = $("f-code").value.trim();
  if (!code) return notice(t("page.rules.no_code"), true);
  await tried(async () => {
    const done = await api(`/api/v1/rules/${encodeURIComponent(code)}`, { method: "PUT", json: { fields, area: $("f-area").value.trim() || null, day: $("f-day").value || null } });
    $("rule").close();
    notice(done.back ? t("page.rules.back", { day: done.valid_from }) : t("page.rules.saved"));
    await load();
  });
}

async function retire() {
  if (!confirm(t("page.rules.sure", { name: called(current) }))) return;
  await tried(async () => {
    const done = await api(`/api/v1/rules/${encodeURIComponent(current.code)}?${query({ area: current.area, day: $("f-day").value })}`, { method: "DELETE" });
    $("rule").close();
    notice(done.back ? t("page.rules.back", { day: done.valid_from }) : t("page.rules.retired_now"));
    await load();
  });
}

async function withdraw() {
  if (!confirm(t("page.rules.withdraw_sure", { name: called(current), day: current.valid_from }))) return;
  await tried(async () => {
    await api(`/api/v1/rules/${encodeURIComponent(current.code)}/planned?${query({ area: current.area, version: current.version })}`, { method: "DELETE" });
    $("rule").close();
    notice(t("page.rules.withdrawn"));
    await load();
  });
}

tried(main);
