import { api, areaOptions, begin, dropZone, escape, follow, localTime, me, notice, number, query, t, tried, upload } from "/static/app.js";

const $ = id => document.getElementById(id);
const WHAT = ["different", "moved", "extra", "missing"];
let about = null, what = "different", rule = null, reasons = [];

async function main() {
  await begin("reconcile");
  const { items } = await api("/api/v1/kinds");
  for (const k of items.filter(k => k.can.reconcile)) $("kind").append(new Option(k.called, k.word));
  if ([...$("kind").options].some(o => o.value === "people")) $("kind").value = "people";
  await areaOptions($("area"));
  if (me().area) $("area").value = me().area;
  reasons = (await api("/api/v1/codes?list=end_reason")).items;
  dropZone($("drop"), compare);
  await list();
  const asked = Number(new URLSearchParams(location.search).get("id"));
  if (asked) await tried(() => open(asked));
  document.body.dataset.ready = "1";
}

const busy = text => { $("busy").hidden = !text; $("busy").textContent = text || ""; };

async function compare(file) {
  busy(t("page.reconcile.comparing", { file: file.name, percent: 0 }));
  const done = await tried(async () => follow((await upload("/api/v1/reconciliations", file, { kind: $("kind").value, area: $("area").value })).job,
    job => busy(t("page.reconcile.comparing", { file: file.name, percent: Math.round((job.progress || 0) * 100) }))));
  busy("");
  $("file").value = "";
  if (!done) return;
  await list();
  await open(done.id, true);
}

async function list() {
  const { items } = await api("/api/v1/reconciliations?limit=30");
  $("list").innerHTML = items.length ? `<thead><tr>${["id", "kind", "file", "when", "who", "open"].map(k => `<th>${escape(t("page.import.head." + k))}</th>`).join("")}<th></th></tr></thead><tbody>${items.map(r => `<tr><td class="num">${r.id}</td><td>${escape(t("kind." + r.kind))}</td><td>${escape(r.file_name)}</td><td class="num">${localTime(r.created_at)}</td><td>${escape(r.created_by || "")}</td><td class="num">${number(r.open)}</td><td><button class="plain" data-id="${r.id}">${escape(t("page.reconcile.open"))}</button></td></tr>`).join("")}</tbody>`
    : `<tbody><tr><td class="empty">${escape(t("page.reconcile.none"))}</td></tr></tbody>`;
  for (const b of $("list").querySelectorAll("[data-id]")) b.onclick = () => tried(() => open(Number(b.dataset.id), true));
}

const left = w => about.open[w] ?? 0;

async function open(id, first = false) {
  about = await api(`/api/v1/reconciliations/${id}`);
  about.open = {};
  for (const w of WHAT) about.open[w] = w === "different" ? null : about.rules.filter(r => r.what === w).reduce((a, r) => a + r.n, 0);
  about.open.different = about.differing;
  if (first || !left(what)) { what = WHAT.find(left) || what; rule = null; }
  history.replaceState(null, "", `/reconcile?id=${id}`);
  await draw();
  if (first) $("one").scrollIntoView({ behavior: "smooth", block: "start" });
}

async function draw() {
  const box = $("one"), c = about.counts;
  box.hidden = false;
  const q = query({ what, field: rule?.field, only: rule?.only || "", limit: 50 });
  const { items } = await api(`/api/v1/reconciliations/${about.id}/differences?${q}`);
  const fields = about.rules.filter(r => r.what === "different" && r.field);
  const may = me().permissions.includes("edit");
  box.innerHTML = `<header><h2>${escape(t("kind." + about.kind))} · ${escape(about.file_name)}</h2>${me().permissions.includes("export") ? `<a class="button" href="/api/v1/reconciliations/${about.id}/file">${escape(t("page.export.xlsx"))}</a>` : ""}</header>
    <p class="muted">${escape(t("page.reconcile.sum", { rows: number(c.rows), same: number(c.same), rejected: number(c.rejected) }))}</p>
    ${c.rejected ? `<p class="facts"><span class="bad">${escape(t("reconcile.unread", { n: number(c.rejected) }))}</span></p>` : ""}
    <div class="chips" role="group">${WHAT.map(w => `<button data-what="${w}" aria-pressed="${w === what}">${escape(t("reconcile." + w))} <b>${number(left(w))}</b></button>`).join("")}</div>
    ${what === "different" && fields.length ? `<div class="chips" role="group"><button data-field="" aria-pressed="${!rule}">${escape(t("page.reconcile.any_field"))}</button>${fields.map(r => `<button data-field="${r.field}" aria-pressed="${rule?.field === r.field}">${escape(r.called)} <b>${number(r.n)}</b></button>`).join("")}</div>` : ""}
    ${rule ? `<label class="check"><input type="checkbox" id="only" ${rule.only ? "checked" : ""}>${escape(t("page.reconcile.only"))}</label>` : ""}
    ${what === "missing" && left("missing") ? `<div class="fields"><label class="field"><span>${escape(t("page.ledger.end_reason"))}</span><select id="reason">${reasons.map(r => `<option value="${escape(r.code)}">${escape(r.name)}</option>`).join("")}</select></label></div>` : ""}
    ${may && items.length ? `<p class="actions"><button class="main" data-all="accepted">${escape(t("page.reconcile.accept_all." + what))}</button><button class="plain" data-all="kept">${escape(t("page.reconcile.keep_all"))}</button></p>` : ""}
    <div id="items">${items.map(d => one(d, may)).join("") || `<p class="empty">${escape(t("page.reconcile.clear"))}</p>`}</div>
    ${items.length === 50 ? `<p class="muted small">${escape(t("page.reconcile.more"))}</p>` : ""}`;
  for (const b of box.querySelectorAll("[data-what]")) b.onclick = () => { what = b.dataset.what; rule = null; tried(draw); };
  for (const b of box.querySelectorAll("[data-field]")) b.onclick = () => { rule = b.dataset.field ? { field: b.dataset.field, only: false } : null; tried(draw); };
  if ($("only")) $("only").onchange = () => { rule.only = $("only").checked; tried(draw); };
  for (const b of box.querySelectorAll("[data-all]")) b.onclick = () => {
    if (confirm(t("page.reconcile.sure." + b.dataset.all))) decide(b.dataset.all, { what, field: rule?.field ?? null, only: rule?.only ?? false });
  };
  for (const el of box.querySelectorAll(".diff")) for (const b of el.querySelectorAll("[data-one]")) b.onclick = () => decide(b.dataset.one, { ids: [Number(el.dataset.id)] });
}

function one(d, may) {
  const rows = d.fields.filter(f => f.base || f.roll).map(f => `<tr><td class="muted">${escape(f.called)}</td>${d.what === "extra" ? `<td class="now">${escape(f.roll ?? "—")}</td>` : `<td class="was">${escape(f.base ?? "—")}</td><td>→</td><td class="now">${escape(f.roll ?? "—")}</td>`}</tr>`).join("");
  return `<div class="diff" data-id="${d.id}"><div><p><b>${escape(d.label)}</b> <span class="muted small">${escape(d.cell_code)}${d.row ? ` · ${escape(t("page.import.row", { n: d.row }))}` : ""}</span></p><table>${rows}</table></div>
    ${may ? `<div class="do"><button class="main" data-one="accepted">${escape(t("page.reconcile.accept." + d.what))}</button><button class="plain" data-one="kept">${escape(t("page.reconcile.keep"))}</button></div>` : ""}</div>`;
}

async function decide(decision, which) {
  const body = { decision, ...which, reason: $("reason")?.value ?? null };
  const done = await tried(async () => follow((await api(`/api/v1/reconciliations/${about.id}/decisions`, { method: "POST", json: body })).job,
    job => { if (job.step) busy(`${t("step." + job.step)} ${Math.round((job.progress || 0) * 100)}%`); }));
  busy("");
  if (done) notice(t(decision === "kept" ? "page.reconcile.kept" : "page.reconcile.accepted", { n: done.done, changed: done.changed, rejected: done.rejected }), done.changed + done.rejected > 0);
  await open(about.id);
  await list();
}

main().catch(error => { if (error.message !== "401") notice(error.message, true); });
