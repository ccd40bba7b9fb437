// One record: seen, added, corrected, moved, ended, merged, with its attachments and its history.
import { api, escape, localTime, lang, me, notice, number, t, tried, upload } from "/static/app.js";

const $ = id => document.getElementById(id);
const PLACE = ["lon", "lat", "area", "cell"];
let words;

/** A value for people. */
export function said(field, value) {
  if (value === null || value === undefined || value === "") return "";
  if (field.name === "categories") return (value || []).map(c => `${words?.[c.code] || c.code}${c.grade ? `（${c.grade}）` : ""}`).join("、");
  if (field.codes) return field.codes[value] ?? value;
  if (field.type === "flag") return t(value ? "page.yes" : "page.no");
  if (field.type === "time") return localTime(value);
  if (field.name === "target") { const key = `page.rules.target.${value}`; return t(key) === key ? String(value) : t(key); }
  return String(value);
}

async function categoryWords() {
  if (words) return;
  const { items } = await api("/api/v1/codes?list=service_category");
  words = Object.fromEntries(items.map(c => [c.code, lang() === "en" && c.name_en ? c.name_en : c.name]));
}
categoryWords().catch(() => null);

const tag = row => `"${row.etag ?? row.version}"`;

/** Opens record `id` of the kind beside the list (a new one without `id`); `changed` is called when the list has to follow. */
export async function openRecord(state, id, changed) {
  const kind = state.kind, box = $("record");
  await categoryWords();
  const row = id === null ? {} : await api(`/api/v1/${kind.word}/${id}`);
  const again = async () => { await changed(); await openRecord(state, id, changed); };
  box.hidden = false;
  if (id === null) return form(kind, row, box, async made => { await changed(); await openRecord(state, made.id, changed); });
  const can = kind.can, gone = row.ended || row.merged_into;
  const title = row.name || row.title || row.head || row.text || [row.estate, row.building_no, row.room].filter(Boolean).join(" ") || `#${row.id}`;
  const buttons = [
    can.change && !gone && ["edit", "page.ledger.edit"], can.correct && !gone && ["edit", "page.ledger.correct"], can.move && can.change && !gone && ["move", "page.ledger.move"],
    can.end && [gone ? "revive" : "end", gone ? "page.ledger.revive" : "page.ledger.end"], can.merge && !gone && ["merge", "page.ledger.merge"],
  ].filter(Boolean);
  const secret = { phone: "people", id_no: "unmask", name: "unmask" };
  const reveal = f => can.reveal && secret[f.name] && me().permissions.includes(secret[f.name]) && String(row[f.name] ?? "").includes("*") ? `<button class="plain" data-reveal="${f.name}">${escape(t("page.ledger.reveal"))}</button>` : "";
  box.innerHTML = `<header><div><h2>${escape(title)}</h2><p>${escape(kind.called)} #${row.id} · ${escape(row.cell_code || row.area_code || t("page.ledger.unlocated"))}${row.ended ? ` · <span class="badge bad">${escape(t("page.ledger.ended", { day: row.ended }))}</span>` : ""}</p></div><button class="x" aria-label="${escape(t("page.close"))}">×</button></header>
    <div class="inside"><div class="doing">${buttons.map(([what, key]) => `<button class="plain" data-do="${what}">${escape(t(key))}</button>`).join("")}</div>
    <dl>${kind.fields.filter(f => !PLACE.includes(f.name) && f.type !== "key" && (kind.kind !== "visit" || (row[f.name] ?? "") !== "")).map(f => `<dt>${escape(f.called)}</dt><dd data-field="${f.name}">${escape(said(f, row[f.name])) || '<span class="muted">—</span>'}${reveal(f)}</dd>`).join("")}
    <dt>${escape(t("page.ledger.place"))}</dt><dd>${row.lon == null ? escape(t("page.ledger.unlocated")) : `<a href="/map?${new URLSearchParams({ lon: row.lon, lat: row.lat, zoom: 17 })}">${Number(row.lon).toFixed(6)}, ${Number(row.lat).toFixed(6)}</a>`}</dd>${entered(row)}<dt>${escape(t("page.ledger.key"))}</dt><dd>${escape(row.source_key || "")}</dd></dl>
    ${can.attach ? `<h3>${escape(t("page.ledger.attachments"))}</h3><ul class="files" id="files"></ul><label class="button plain"><input type="file" id="attach" accept="image/jpeg,image/png,image/webp,application/pdf"></label>` : ""}
    ${kind.kind === "event" ? "" : `<h3>${escape(t("page.ledger.history"))}</h3><ol id="history"><li class="muted">…</li></ol>`}</div>`;
  box.querySelector(".x").onclick = () => { box.hidden = true; };
  const actions = { edit: () => form(kind, row, box, again, () => openRecord(state, id, changed)), move: () => move(kind, row, again), end: () => end(kind, row, again),
    revive: () => write(kind, row, "end", { day: null, reason: null }, again), merge: () => merge(kind, row, again) };
  for (const b of box.querySelectorAll("[data-do]")) b.onclick = () => tried(actions[b.dataset.do]);
  for (const b of box.querySelectorAll("[data-reveal]")) b.onclick = () => tried(async () => {
    const reason = b.dataset.reveal === "phone" && me().role === "officer" ? t("page.call_reason") : prompt(t("page.ledger.reveal_why"));
    if (!reason) return;
    const got = await api(`/api/v1/people/${row.id}/reveal`, { method: "POST", json: { field: b.dataset.reveal, reason } });
    b.parentElement.textContent = got.value ?? "—";
  });
  if (can.attach) {
    attaching(kind, row);
    files(kind, row);
  }
  if (kind.kind !== "event") story(kind, row);
}

async function write(kind, row, what, json, done) {
  try {
    await api(`/api/v1/${kind.word}/${row.id}/${what}`, { method: "POST", json, headers: { "If-Match": tag(row) } });
  } catch (error) {
    return told(error, done);
  }
  notice(t("page.ledger.saved"));
  await done();
}

/** Somebody else was faster: say so, and show what is there now. */
async function told(error, done) {
  if (error.status !== 412) throw error;
  notice(t("page.ledger.changed"), true);
  await done();
}

function input(f, row) {
  const now = row[f.name], id = `f-${f.name}`;
  if (f.codes) return `<select id="${id}" name="${f.name}"><option value=""></option>${Object.entries(f.codes).map(([c, n]) => `<option value="${escape(c)}" ${c === now ? "selected" : ""}>${escape(n)}</option>`).join("")}</select>`;
  if (f.type === "flag") return `<select id="${id}" name="${f.name}"><option value=""></option><option value="true" ${now === true ? "selected" : ""}>${escape(t("page.yes"))}</option><option value="false" ${now === false ? "selected" : ""}>${escape(t("page.no"))}</option></select>`;
  const hidden = f.hidden && String(now ?? "").includes("*");
  const value = f.name === "categories" ? (now || []).map(c => `${words[c.code] || c.code}${c.grade ? `(${c.grade})` : ""}${c.from || c.to ? `@${c.from || ""}~${c.to || ""}` : ""}`).join("；") : now ?? "";
  return `<input type="text" id="${id}" name="${f.name}" value="${hidden ? "" : escape(value)}" ${hidden ? `placeholder="${escape(t("page.ledger.masked", { value: now }))}"` : f.type === "date" ? `placeholder="2026-10-05"` : ""}>`;
}

/** The form of a record: what was changed is sent, nothing else. */
function form(kind, row, box, done, back) {
  const fresh = row.id === undefined, fields = kind.fields.filter(f => !["area", "cell"].includes(f.name) && (fresh || !["lon", "lat", "source_key"].includes(f.name)));
  box.innerHTML = `<header><h2>${escape(t(fresh ? "page.ledger.new" : kind.can.change ? "page.ledger.edit" : "page.ledger.correct"))} · ${escape(kind.called)}</h2><button class="x" aria-label="${escape(t("page.close"))}">×</button></header>
    <div class="inside"><form class="edit">${fields.map(f => `<label><span>${escape(f.called)}${f.required ? " <em>*</em>" : ""}</span>${input(f, row)}</label>`).join("")}
    ${kind.can.correct && !fresh ? `<label><span>${escape(t("page.correction.note"))}</span><input type="text" id="note" maxlength="400"></label>` : ""}
    <p class="actions"><button class="main">${escape(t(kind.can.change || fresh ? "page.ledger.save" : "page.correction.send"))}</button><button type="button" class="plain" id="cancel">${escape(t("page.cancel"))}</button></p></form></div>`;
  const edit = box.querySelector("form"), first = Object.fromEntries([...edit.elements].filter(e => e.name).map(e => [e.name, e.value]));
  const close = () => { if (back) back(); else box.hidden = true; };
  box.querySelector(".x").onclick = edit.querySelector("#cancel").onclick = close;
  edit.oninput = e => e.target.classList?.toggle("changed", e.target.value !== first[e.target.name]);
  edit.querySelector("input, select")?.focus();
  edit.onsubmit = e => {
    e.preventDefault();
    const given = Object.fromEntries([...edit.elements].filter(x => x.name && x.value !== first[x.name]).map(x => [x.name, typed(kind.fields.find(f => f.name === x.name), x.value)]));
    if (!Object.keys(given).length) return close();
    tried(async () => {
      try {
        if (fresh) return await done(await api(`/api/v1/${kind.word}`, { method: "POST", json: given }));
        const headers = { "If-Match": tag(row) };
        if (kind.can.change) await api(`/api/v1/${kind.word}/${row.id}`, { method: "PATCH", json: given, headers });
        else {
          const text = Object.fromEntries(Object.entries(given).map(([k, v]) => [k, v === null ? null : String(v)]));
          const sent = await api(`/api/v1/corrections/${kind.word}/${row.id}`, { method: "POST", json: { fields: text, note: edit.querySelector("#note").value.trim() || null }, headers });
          notice(t(sent.done ? "page.ledger.saved" : "page.correction.sent"));
          return await done();
        }
      } catch (error) {
        return await told(error, done);
      }
      notice(t("page.ledger.saved"));
      await done();
    });
  };
}

function typed(field, value) {
  const text = value.trim();
  if (text === "") return null;
  if (field.type === "flag") return text === "true";
  return ["int", "number", "lon", "lat"].includes(field.type) && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** A point that is dragged, or put where the map is clicked. */
async function move(kind, row, done) {
  const { makeMap, maplibre } = await import("/static/basemap.js");
  const dialog = $("ask");
  dialog.innerHTML = `<h2>${escape(t("page.ledger.move"))}</h2><div id="place"></div><p class="muted small">${escape(t("page.ledger.move_hint"))} <span id="lonlat" class="num"></span></p><p class="actions"><button class="main" id="yes" disabled>${escape(t("page.ledger.save"))}</button><button class="plain" id="no">${escape(t("page.cancel"))}</button></p>`;
  dialog.showModal();
  const map = await makeMap("place", row.lon == null ? me().box : null);
  if (row.lon != null) map.jumpTo({ center: [row.lon, row.lat], zoom: 17 });
  const marker = new maplibre.Marker({ draggable: true, color: "#b23a27" }).setLngLat(row.lon != null ? [row.lon, row.lat] : map.getCenter()).addTo(map);
  window.gridsvcPlace = { map, marker };
  const now = () => {
    const p = marker.getLngLat();
    dialog.querySelector("#lonlat").textContent = `${p.lng.toFixed(6)}, ${p.lat.toFixed(6)}`;
    dialog.querySelector("#yes").disabled = false;
  };
  marker.on("dragend", now);
  map.on("click", e => { marker.setLngLat(e.lngLat); now(); });
  const close = () => { map.remove(); dialog.close(); };
  dialog.querySelector("#no").onclick = close;
  dialog.querySelector("#yes").onclick = () => tried(async () => {
    const p = marker.getLngLat();
    try {
      await api(`/api/v1/${kind.word}/${row.id}`, { method: "PATCH", json: { lon: Number(p.lng.toFixed(7)), lat: Number(p.lat.toFixed(7)) }, headers: { "If-Match": tag(row) } });
    } catch (error) {
      close();
      return told(error, done);
    }
    close();
    notice(t("page.ledger.saved"));
    await done();
  });
}

async function end(kind, row, done) {
  const { items } = await api("/api/v1/codes?list=end_reason");
  const dialog = $("ask"), today = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  dialog.innerHTML = `<h2>${escape(t("page.ledger.end"))}</h2><label class="field"><span>${escape(t("page.ledger.end_day"))}</span><input type="date" id="day" value="${today}"></label><label class="field"><span>${escape(t("page.ledger.end_reason"))}</span><select id="reason">${items.map(c => `<option value="${escape(c.code)}">${escape(c.name)}</option>`).join("")}</select></label>
    <p class="actions"><button class="main" id="yes">${escape(t("page.ledger.end"))}</button><button class="plain" id="no">${escape(t("page.cancel"))}</button></p>`;
  dialog.showModal();
  dialog.querySelector("#no").onclick = () => dialog.close();
  dialog.querySelector("#yes").onclick = () => tried(async () => {
    dialog.close();
    await write(kind, row, "end", { day: dialog.querySelector("#day").value, reason: dialog.querySelector("#reason").value }, done);
  });
}

/** The other record is looked for; both stand side by side before they become one. */
async function merge(kind, row, done) {
  const dialog = $("ask");
  dialog.innerHTML = `<h2>${escape(t("page.ledger.merge"))}</h2><p class="muted small">${escape(t("page.ledger.merge_hint"))}</p><input type="search" id="find" placeholder="${escape(t("page.ledger.search"))}"><div id="found"></div><p class="actions"><button class="main" id="yes" disabled>${escape(t("page.ledger.merge"))}</button><button class="plain" id="no">${escape(t("page.cancel"))}</button></p>`;
  dialog.showModal();
  let other = null, timer;
  const label = r => [r.name || r.title || r.head || r.text, r.estate, r.building_no, r.room].filter(Boolean).join(" ") || `#${r.id}`;
  const preview = () => {
    dialog.querySelector("#yes").disabled = false;
    dialog.querySelector("#found").innerHTML = `<table class="pair2"><thead><tr><th></th><th>${escape(t("page.ledger.stays"))} #${row.id}</th><th>${escape(t("page.ledger.goes"))} #${other.id}</th></tr></thead><tbody>${kind.fields.filter(f => !PLACE.includes(f.name)).map(f => {
      const a = said(f, row[f.name]), b = said(f, other[f.name]);
      return a || b ? `<tr><td>${escape(f.called)}</td><td>${escape(a || (b ? `${b} ←` : ""))}</td><td class="${a && b && a !== b ? "off" : ""}">${escape(b)}</td></tr>` : "";
    }).join("")}</tbody></table>`;
  };
  dialog.querySelector("#find").oninput = e => {
    clearTimeout(timer);
    timer = setTimeout(() => tried(async () => {
      const found = e.target.value.trim() ? await api(`/api/v1/${kind.word}?${new URLSearchParams({ q: e.target.value.trim(), limit: 12 })}`) : { items: [] };
      const rows = found.items.filter(r => r.id !== row.id);
      dialog.querySelector("#found").innerHTML = `<ul class="plainlist">${rows.map((r, i) => `<li><span>${escape(label(r))} <span class="muted">#${r.id}</span></span><button class="plain" data-i="${i}">${escape(t("page.ledger.compare"))}</button></li>`).join("") || `<li class="muted">${escape(t("page.ledger.none"))}</li>`}</ul>`;
      for (const b of dialog.querySelectorAll("#found button")) b.onclick = () => { other = rows[b.dataset.i]; preview(); };
    }), 300);
  };
  dialog.querySelector("#no").onclick = () => dialog.close();
  dialog.querySelector("#yes").onclick = () => tried(async () => {
    dialog.close();
    await write(kind, row, "merge", { other: other.id }, done);
  });
}

/** When a visit was entered, and whether it is to be looked at: entered late, or far from what it was to. */
function entered(row) {
  if (!row.recorded_at) return "";
  const marks = [row.recorded_after > 3 && t("page.ledger.entered_after", { n: row.recorded_after }), row.unconfirmed && t("page.ledger.far", { n: Math.round(row.far_m) })];
  return `<dt>${escape(t("page.ledger.entered"))}</dt><dd>${escape(localTime(row.recorded_at))}${marks.filter(Boolean).map(m => ` <span class="badge bad">${escape(m)}</span>`).join("")}</dd>`;
}

async function files(kind, row) {
  const found = await tried(() => api(`/api/v1/attachments?kind=${kind.word}&record=${row.id}`));
  const list = $("files");
  if (!list) return;
  const may = me().permissions.includes("edit");
  list.innerHTML = (found?.items || []).map(a => `<li><a href="/api/v1/attachments/${a.id}" target="_blank" rel="noopener">${escape(a.name)}</a> <span class="muted">${number(Math.ceil(a.size / 1024))} KB</span>${may ? ` <button class="plain" data-id="${a.id}">${escape(t("page.ledger.remove"))}</button>` : ""}</li>`).join("") || `<li class="muted">—</li>`;
  for (const b of list.querySelectorAll("button")) b.onclick = () => tried(async () => {
    if (!confirm(t("page.ledger.remove_sure"))) return;
    await api(`/api/v1/attachments/${b.dataset.id}`, { method: "DELETE" });
    await files(kind, row);
  });
}

/** Take a file that is chosen, also while the list of those that are there is still on its way. */
function attaching(kind, row) {
  $("attach").onchange = () => tried(async () => {
    if (!$("attach").files[0]) return;
    await upload("/api/v1/attachments", $("attach").files[0], { kind: kind.word, record: row.id });
    $("attach").value = "";
    await files(kind, row);
  });
}

/** Who changed what, when. */
async function story(kind, row) {
  const found = await tried(() => api(`/api/v1/${kind.word}/${row.id}/history?limit=50`));
  const field = name => kind.fields.find(f => f.name === name) || { name, called: name };
  const shown = (name, v) => name === "ended" ? v ?? "—" : said(field(name), v) || "—";
  const list = $("history");
  if (!list) return;
  list.innerHTML = (found?.items || []).map(h => `<li><span class="muted">${localTime(h.at)} · ${escape(h.by_name || `#${h.user_id}`)} · ${escape(h.file_name ? t("page.history.import.change", { file: h.file_name }) : t("page.history." + (h.action === "import.change" ? "edit" : h.action)))}</span>${Object.entries(h.changed).filter(([n]) => kind.fields.some(f => f.name === n) || ["ended", "cell_code"].includes(n)).map(([n, [a, b]]) => `<br>${escape(n === "cell_code" ? t("page.ledger.cell") : n === "ended" ? t("page.ledger.end_day") : field(n).called)}：<del>${escape(shown(n, a))}</del> → <ins>${escape(shown(n, b))}</ins>`).join("")}</li>`).join("") || `<li class="muted">${escape(t("page.ledger.no_history"))}</li>`;
}
