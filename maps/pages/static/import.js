import { api, areaOptions, begin, dropZone, escape, follow, localTime, me, notice, number, t, tried, upload } from "/static/app.js";

const $ = id => document.getElementById(id);
const LEDGERS = ["people", "households", "dwellings"];  // lists that name doors
let file = null, look = null, used = "";

async function main() {
  await begin("import");
  const { items } = await api("/api/v1/kinds");
  for (const k of items.filter(k => k.can.import)) $("kind").append(new Option(k.called, k.word));
  const asked = new URLSearchParams(location.search).get("kind");
  $("kind").value = [...$("kind").options].some(o => o.value === asked) ? asked : "people";
  if ($("kind").selectedIndex < 0) $("kind").selectedIndex = 0;
  await areaOptions($("area"));
  if (me().area) $("area").value = me().area;
  for (const el of document.querySelectorAll("[data-t-hint]")) el.placeholder = t(el.dataset.tHint);
  $("kind").onchange = () => { template(); if (file) open(); };
  $("area").onchange = () => { if (file) open(); };
  $("other").onclick = again;
  $("try").onclick = () => run(true);
  $("use").onchange = () => { used = $("use").value; open(); };
  dropZone($("drop"), found => { file = found; used = ""; open(); });
  template();
  await Promise.all([batches(), maps()]);
  document.body.dataset.ready = "1";
}

function template() {
  $("template").href = `/api/v1/templates/${$("kind").value}`;
}

function again() {
  file = look = null;
  $("file").value = "";
  for (const id of ["look", "outcome"]) $(id).hidden = true;
  $("choose").scrollIntoView({ behavior: "smooth" });
}

const busy = text => { $("busy").hidden = !text; $("busy").textContent = text || ""; };

/** The file as it is understood: nothing is kept on the server. */
async function open() {
  busy(t("page.import.reading", { file: file.name }));
  $("outcome").hidden = true;
  look = await tried(() => upload("/api/v1/imports/look", file, { kind: $("kind").value, area: $("area").value, use_map: used }));
  busy("");
  $("look").hidden = !look;
  if (!look) return;
  $("file-name").textContent = file.name;
  $("list").placeholder = file.name.split(".")[0];
  facts();
  columns();
  $("build-field").hidden = !LEDGERS.includes($("kind").value);
  $("build").checked = !look.buildings;  // an area without any building gets its base from here
  $("use-field").hidden = !look.maps.length;
  $("use").replaceChildren(new Option(t("page.import.guess"), ""), ...look.maps.map(m => new Option(m, m)));
  $("use").value = look.map_name || "";
  $("look").scrollIntoView({ behavior: "smooth", block: "start" });
}

function facts() {
  const lines = [t("page.import.rows", { n: number(look.rows), sheets: look.sheets.length > 1 ? `（${look.sheets.join("、")}）` : "" })];
  const aside = look.set_aside.filter(r => r.reason !== "title");
  if (aside.length) lines.push(t("page.import.aside", { n: aside.length, rows: aside.slice(0, 8).map(r => `${r.sheet ? r.sheet + " " : ""}${t("page.import.row", { n: r.row })} ${t("aside." + r.reason)}“${r.text}”`).join("；") }));
  if (look.dropped.length) lines.push(t("page.import.dropped", { columns: look.dropped.join("、") }));
  if (look.sheets_left.length) lines.push(t("page.import.sheets_left", { sheets: look.sheets_left.join("、") }));
  if (look.map_name) lines.push(t("page.import.map_used", { name: look.map_name }));
  $("facts").innerHTML = lines.map(l => `<li>${escape(l)}</li>`).join("") + `<li class="bad" id="missing"></li>`;
  missing();
}

function missing() {
  const taken = mapping(), names = look.fields.filter(f => f.required && !taken[f.name]).map(f => f.called);
  const el = $("missing");
  el.hidden = !names.length;
  el.textContent = t("page.import.missing", { fields: names.join("、") });
  $("try").disabled = names.length > 0;
}

function columns() {
  const option = f => `<option value="${f.name}">${escape(f.called)}${f.required ? " *" : ""}</option>`;
  const choices = `<option value="">${escape(t("page.import.unused"))}</option>` + look.fields.map(option).join("");
  const cells = look.head.map(r => `<tr><td class="rowno">${escape(place(r.__row, look.sheets))}</td>${look.columns.map(c => `<td>${escape(r[c.name])}</td>`).join("")}</tr>`).join("");
  $("columns").innerHTML = `<thead><tr><th class="rowno">${escape(t("page.import.field"))}</th>${look.columns.map((c, i) => `<th class="${c.field ? "" : "unused"}"><select data-i="${i}" aria-label="${escape(c.name)}">${choices}</select></th>`).join("")}</tr>
    <tr><th class="rowno">${escape(t("page.import.column"))}</th>${look.columns.map(c => `<th>${escape(c.name)}</th>`).join("")}</tr></thead><tbody>${cells}</tbody>`;
  for (const select of $("columns").querySelectorAll("select")) {
    select.value = look.columns[select.dataset.i].field;
    select.onchange = () => chosen(select);
  }
}

/** A field is taken from one column only; the other one becomes free. */
function chosen(select) {
  for (const other of $("columns").querySelectorAll("select")) if (other !== select && select.value && other.value === select.value) other.value = "";
  for (const [i, el] of [...$("columns").querySelectorAll("select")].entries()) {
    look.columns[i].field = el.value;
    el.closest("th").classList.toggle("unused", !el.value);
  }
  missing();
}

/** Field → column; empty for what is meant to stay so, or it would be guessed again. */
const mapping = () => ({ ...Object.fromEntries(look.fields.map(f => [f.name, ""])), ...Object.fromEntries(look.columns.filter(c => c.field).map(c => [c.field, c.name])) });

async function run(dry) {
  $("try").disabled = true;
  const asked = { kind: $("kind").value, area: $("area").value, list: $("list").value.trim(), map: JSON.stringify(mapping()), dry_run: dry, save_map: $("save").value.trim(), build: LEDGERS.includes($("kind").value) && $("build").checked };
  const box = $("outcome");
  box.hidden = false;
  box.innerHTML = `<h2>${escape(t(dry ? "page.import.trying" : "page.import.writing"))}</h2><div class="progress"><i></i></div><p class="muted small" id="step"></p>`;
  box.scrollIntoView({ behavior: "smooth", block: "start" });
  const done = await tried(async () => follow((await upload("/api/v1/imports", file, asked)).job, job => {
    box.querySelector(".progress i").style.width = `${Math.max(3, Math.round((job.progress || 0) * 100))}%`;
    $("step").textContent = job.step ? t("step." + job.step) : "";
  }));
  missing();
  if (!done) { box.hidden = true; return; }
  outcome(done, dry);
  await Promise.all([batches(), maps()]);
}

/** A row as a person finds it; of several sheets with the sheet's name. */
const place = (n, sheets) => {
  const [sheet, row] = String(n).includes("!") ? String(n).split("!").map(Number) : [Math.floor(n / 1e7), n % 1e7];
  return sheet ? `${sheets[sheet - 1] ?? sheet} ${row}` : n;
};

function outcome(found, dry) {
  const c = found.counts, box = $("outcome");
  const cards = ["new", "changed", "same", "rejected", "outside", "unlocated"].filter(k => k in c)
    .map(k => `<div class="${k === "rejected" && c[k] ? "bad" : ""}"><b>${number(c[k])}</b><span>${escape(t("count." + k))}</span></div>`).join("");
  const said = Object.entries(found.reasons).map(([r, n]) => `<li class="bad">${n} × ${escape(t("reject." + r))} → ${escape(t(`reject.${r}.remedy`))}</li>`)
    .concat(Object.entries(found.warnings).map(([w, n]) => `<li>${escape(t("warning." + w, { n }))}</li>`));
  if (found.dropped.length) said.push(`<li>${escape(t("page.import.dropped", { columns: found.dropped.join("、") }))}</li>`);
  if (found.built) said.unshift(`<li>${escape(t("page.import.built", { doors: number(found.built.with_door), buildings: number(found.built.new.building), none: number(found.built.without_door), questions: number(found.built.questions) }))}</li>`);
  if (found.map_name) said.push(`<li>${escape(t("page.import.map_used", { name: found.map_name }))}</li>`);
  const rows = found.rejects.map(r => `<tr><td class="rowno">${escape(place(r.row_no, found.sheets))}</td><td>${escape(called(r.field))}</td><td>${escape(r.value)}</td><td>${escape(t("reject." + r.reason))}</td><td>${escape(t(`reject.${r.reason}.remedy`))}</td></tr>`).join("");
  const nothing = !(c.new || c.changed);
  box.innerHTML = `<h2>${escape(t(dry ? "page.import.tried" : "page.import.done", { file: found.file, area: found.area_name, seconds: found.seconds }))}</h2>
    <div class="cards">${cards}</div><ul class="facts">${said.join("")}</ul>
    ${rows ? `<h3>${escape(t("page.import.rejects", { n: c.rejected }))}</h3><div class="scroll"><table class="grid"><thead><tr><th class="rowno">${escape(t("page.import.row_no"))}</th><th>${escape(t("page.import.field"))}</th><th>${escape(t("page.import.value"))}</th><th>${escape(t("page.import.why"))}</th><th>${escape(t("page.import.remedy"))}</th></tr></thead><tbody>${rows}</tbody></table></div>` : ""}
    <p class="actions">${dry ? `<button class="main" id="write" ${nothing && !c.rejected ? "disabled" : ""}>${escape(t("page.import.write", { n: number((c.new || 0) + (c.changed || 0)) }))}</button><button class="plain" id="back">${escape(t("page.import.back"))}</button>`
      : `${found.batch_id && c.rejected ? `<a class="button" id="rejects" href="/api/v1/imports/${found.batch_id}/rejects">${escape(t("page.import.rejects_get"))}</a>` : ""}
         ${found.batch_id ? `<button class="plain" id="undo">${escape(t("page.import.undo"))}</button>` : ""}${found.built || found.warnings["address.review"] ? `<a class="button main" id="to-seat" href="/seat?area=${found.area}">${escape(t("page.import.to_seat"))}</a>` : ""}<a class="button" href="/ledger?kind=${$("kind").value}">${escape(t("page.import.see"))}</a><button class="plain" id="next">${escape(t("page.import.next"))}</button>`}</p>
    ${!dry && nothing ? `<p class="muted">${escape(t("page.import.nothing"))}</p>` : ""}`;
  if (dry) {
    $("write").onclick = () => run(false);
    $("back").onclick = () => $("look").scrollIntoView({ behavior: "smooth" });
  } else {
    $("look").hidden = true;
    $("next").onclick = again;
    if ($("undo")) $("undo").onclick = () => undo(found.batch_id);
  }
}

const called = name => look?.fields.find(f => f.name === name)?.called || name || "";

async function undo(id) {
  if (!confirm(t("page.import.undo_sure", { id }))) return;
  const done = await tried(async () => follow((await api(`/api/v1/imports/${id}/undo`, { method: "POST" })).job));
  if (done) {
    notice(t("page.import.undone", { id, removed: done.removed, restored: done.restored }));
    if ($("undo")) $("undo").disabled = true;
  }
  await batches();
}

async function batches() {
  const { items } = await api("/api/v1/imports?limit=30");
  const counts = c => ["new", "changed", "rejected"].filter(k => c[k]).map(k => `${t("count." + k)} ${number(c[k])}`).join(" · ");
  $("batches").innerHTML = `<thead><tr>${["id", "kind", "file", "when", "who", "counts", "state", "do"].map(k => `<th>${escape(t("page.import.head." + k))}</th>`).join("")}</tr></thead><tbody>${items.map(b => `<tr>
    <td class="num">${b.id}</td><td>${escape(t("kind." + b.kind))}</td><td>${escape(b.file_name)}<br><small class="muted">${escape(b.source)}</small></td><td class="num">${localTime(b.created_at)}</td><td>${escape(b.by_name || "")}</td><td>${escape(counts(b.counts))}</td>
    <td><span class="badge ${b.state === "undone" ? "" : "good"}">${escape(t("status." + b.state))}</span></td>
    <td class="do">${b.counts.rejected ? `<a class="button" href="/api/v1/imports/${b.id}/rejects">${escape(t("page.import.head.rejects"))}</a>` : ""}${b.state === "applied" ? `<button class="plain" data-undo="${b.id}">${escape(t("page.import.head.undo"))}</button>` : ""}</td></tr>`).join("")}</tbody>`;
  if (!items.length) $("batches").innerHTML = `<tbody><tr><td class="empty">${escape(t("page.import.none"))}</td></tr></tbody>`;
  for (const b of $("batches").querySelectorAll("[data-undo]")) b.onclick = () => undo(Number(b.dataset.undo));
}

async function maps() {
  const { items } = await api("/api/v1/mappings");
  $("maps-box").hidden = !items.length;
  $("maps").innerHTML = items.map(m => `<li><span><b>${escape(m.name)}</b> <span class="muted">${escape(t("kind." + m.kind))} · ${escape(Object.entries(m.columns).filter(([, c]) => c).map(([, c]) => c).join("、"))}</span></span><button class="plain" data-id="${m.id}">${escape(t("page.import.forget"))}</button></li>`).join("");
  for (const b of $("maps").querySelectorAll("button")) b.onclick = async () => {
    await tried(() => api(`/api/v1/mappings/${b.dataset.id}`, { method: "DELETE" }));
    await maps();
  };
}

main().catch(error => { if (error.message !== "401") notice(error.message, true); });
