import { api, areaOptions, begin, escape, me, notice, number, query, t, tried } from "/static/app.js";
import { corrections, waiting } from "/static/corrections.js";
import { openRecord, said } from "/static/record.js";

const $ = id => document.getElementById(id);
export const state = { kinds: [], kind: null, rows: [], next: null, columns: [], asked: 0 };

async function main() {
  await begin("ledger");
  state.kinds = (await api("/api/v1/kinds")).items;
  await areaOptions($("where"));
  if (me().area) $("where").value = me().area;
  $("q").placeholder = t("page.ledger.search");
  $("estate").placeholder = t("page.ledger.estate");
  const start = new URLSearchParams(location.search);
  await menu();
  for (const id of ["cell", "status", "category", "state"]) $(id).onchange = () => refresh();
  $("where").onchange = async () => { await cells(); await refresh(); };
  $("estate").onchange = () => refresh();
  let timer;
  $("q").oninput = () => { clearTimeout(timer); timer = setTimeout(refresh, 350); };
  $("tools").onsubmit = e => { e.preventDefault(); refresh(); };
  $("choose").onclick = choose;
  addEventListener("keydown", e => {
    if (e.key === "Escape" && !$("ask").open && !$("record").hidden) $("record").querySelector(".x").click();
  });
  $("more").onclick = () => $("tools").classList.toggle("open");
  $("take").onclick = () => { location.href = `/api/v1/ledgers/${state.kind.word}/file?${asked(true)}`; };
  $("add").onclick = () => openRecord(state, null, refresh);
  $("rows").onscroll = () => { if (state.next && $("rows").scrollTop + $("rows").clientHeight > $("rows").scrollHeight - 300) more(); };
  const first = state.kinds.find(k => k.word === start.get("kind")) || state.kinds.find(k => k.kind === "person") || state.kinds[0];
  if (first) await show(first);
  if (start.get("id") && first) await tried(() => openRecord(state, Number(start.get("id")), refresh));
  document.body.dataset.ready = "1";
}

async function menu() {
  const open = me().permissions.includes("edit") || me().permissions.includes("report") ? await waiting() : null;
  $("kinds").innerHTML = (open === null ? "" : `<button data-corrections>${escape(t("page.ledger.corrections"))}<b class="badge ${open ? "bad" : ""}">${open}</b></button><hr>`)
    + state.kinds.map(k => `<button data-word="${k.word}">${escape(k.called)}</button>`).join("");
  for (const b of $("kinds").querySelectorAll("[data-word]")) b.onclick = () => show(state.kinds.find(k => k.word === b.dataset.word));
  const c = $("kinds").querySelector("[data-corrections]");
  if (c) c.onclick = async () => {
    mark(c);
    $("tools").hidden = $("record").hidden = true;
    await tried(() => corrections($("rows"), async () => { const n = await waiting(); c.querySelector("b").textContent = n; }));
  };
}

const mark = button => { for (const b of $("kinds").querySelectorAll("button")) b.toggleAttribute("aria-current", b === button); };

async function show(kind) {
  state.kind = kind;
  mark($("kinds").querySelector(`[data-word="${kind.word}"]`));
  $("tools").hidden = false;
  $("record").hidden = true;
  history.replaceState(null, "", `/ledger?kind=${kind.word}`);
  const kept = JSON.parse(localStorage.getItem(`columns.${kind.word}`) || "null");
  state.columns = (kept || kind.usual).filter(c => kind.fields.some(f => f.name === c));
  for (const [id, fits] of [["add", kind.can.add], ["take", kind.can.export]]) $(id).hidden = !fits;
  filters(kind);
  await cells();
  await refresh();
}

/** The filters that this kind has. */
function filters(kind) {
  const by = ["state", "use", "residence", "class", "grade", "outcome"].find(n => kind.filters.includes(n) && kind.fields.some(f => f.name === n && f.codes));
  const field = kind.fields.find(f => f.name === by);
  $("status").hidden = !field;
  $("status").dataset.field = by || "";
  if (field) $("status").replaceChildren(new Option(`${field.called}：${t("page.all")}`, ""), ...Object.entries(field.codes).map(([c, n]) => new Option(n, c)));
  const person = kind.kind === "person";
  $("category").hidden = !person;
  if (person && !$("category").options.length) tried(async () => {
    const { items } = await api("/api/v1/codes?list=service_category");
    $("category").replaceChildren(new Option(`${t("page.ledger.category")}：${t("page.all")}`, ""), ...items.map(c => new Option(c.name, c.code)));
  });
  $("estate").hidden = !kind.filters.includes("estate");
  $("estate").value = "";
}

async function cells() {
  const area = $("where").value;
  const found = area.length >= 9 ? await tried(() => api(`/api/v1/cells?${query({ area })}`)) : null;
  const items = (found?.features || found?.items || []).map(c => c.properties || c);
  $("cell").hidden = !items.length;
  $("cell").replaceChildren(new Option(`${t("page.ledger.cell")}：${t("page.all")}`, ""), ...items.map(c => new Option(`${c.name} ${c.code.slice(-3)}`, c.code)));
}

/** The question that the tools ask; with `file` also the columns. */
function asked(file = false) {
  const out = new URLSearchParams(query({
    q: $("q").value.trim(), area: $("cell").value ? "" : $("where").value, cell: $("cell").value,
    estate: $("estate").hidden ? "" : $("estate").value.trim(), category: $("category").hidden ? "" : $("category").value,
    current: $("state").value === "all" ? "false" : "", located: $("state").value === "unlocated" ? "false" : "",
    ...(!$("status").hidden && $("status").value ? { [$("status").dataset.field]: $("status").value } : {}),
  }));
  if (file) for (const c of [...state.columns, "cell_code"]) out.append("column", c);
  return out;
}

async function refresh() {
  const turn = ++state.asked;
  const q = asked();
  q.set("limit", 60);
  const found = await tried(() => api(`/api/v1/${state.kind.word}?${q}`));
  if (turn !== state.asked) return;
  state.rows = found?.items || [];
  state.next = found?.next || null;
  table();
  $("rows").scrollTop = 0;
}

async function more() {
  const cursor = state.next;
  state.next = null;
  const q = asked();
  q.set("limit", 60);
  q.set("cursor", cursor);
  const found = await tried(() => api(`/api/v1/${state.kind.word}?${q}`));
  if (!found) return;
  state.rows.push(...found.items);
  state.next = found.next;
  table();
}

function table() {
  const kind = state.kind, fields = state.columns.map(c => kind.fields.find(f => f.name === c));
  if (!state.rows.length) {
    $("rows").innerHTML = `<p class="empty">${escape(t("page.ledger.none"))}${kind.can.import ? ` <a href="/import?kind=${kind.word}">${escape(t("page.nav.import"))}</a>` : ""}</p>`;
    return;
  }
  $("rows").innerHTML = `<table class="grid"><thead><tr>${fields.map(f => `<th>${escape(f.called)}</th>`).join("")}<th>${escape(t("page.ledger.cell"))}</th></tr></thead>
    <tbody>${state.rows.map((r, i) => `<tr tabindex="0" data-i="${i}" class="${r.ended ? "ended" : ""}">${fields.map(f => `<td>${escape(said(f, r[f.name]))}</td>`).join("")}<td class="num">${escape(r.cell_code || r.area_code || "—")}${r.lon == null ? ` <span class="badge bad">${escape(t("page.ledger.unlocated"))}</span>` : ""}</td></tr>`).join("")}</tbody></table>
    <p class="more">${escape(state.next ? t("page.ledger.more") : t("page.ledger.end_of_list", { n: number(state.rows.length) }))}</p>`;
  for (const tr of $("rows").querySelectorAll("tbody tr")) {
    const open = () => {
      for (const other of $("rows").querySelectorAll("tr")) other.toggleAttribute("aria-selected", false);
      tr.setAttribute("aria-selected", "true");
      tried(() => openRecord(state, state.rows[tr.dataset.i].id, refresh));
    };
    tr.onclick = open;
    tr.onkeydown = e => {
      if (e.key === "Enter") open();
      if (e.key === "ArrowDown" || e.key === "ArrowUp") { e.preventDefault(); (e.key === "ArrowDown" ? tr.nextElementSibling : tr.previousElementSibling)?.focus(); }
    };
  }
}

function choose() {
  const kind = state.kind, dialog = $("ask");
  dialog.innerHTML = `<h2>${escape(t("page.ledger.columns"))}</h2><div class="fields">${kind.fields.filter(f => !["area", "cell", "lon", "lat"].includes(f.name)).map(f => `<label class="check"><input type="checkbox" value="${f.name}" ${state.columns.includes(f.name) ? "checked" : ""}>${escape(f.called)}</label>`).join("")}</div>
    <p class="actions"><button class="main" id="chosen">${escape(t("page.ledger.use"))}</button><button class="plain" id="usual">${escape(t("page.ledger.usual"))}</button><button class="plain" id="no">${escape(t("page.cancel"))}</button></p>`;
  dialog.showModal();
  const use = columns => {
    state.columns = columns;
    localStorage.setItem(`columns.${kind.word}`, JSON.stringify(columns));
    dialog.close();
    table();
  };
  dialog.querySelector("#chosen").onclick = () => use([...dialog.querySelectorAll("input:checked")].map(i => i.value));
  dialog.querySelector("#usual").onclick = () => use(kind.usual);
  dialog.querySelector("#no").onclick = () => dialog.close();
}

main().catch(error => { if (error.message !== "401") notice(error.message, true); });
