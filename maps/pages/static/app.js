// What every page shares: words, requests, the bar at the top.
const state = { lang: "zh", words: {}, me: null };

export function cookie(name) {
  return document.cookie.split("; ").find(c => c.startsWith(name + "="))?.slice(name.length + 1);
}

/** The sentence `key`, with {values} filled in. */
export function t(key, values = {}) {
  const text = state.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const lang = () => state.lang;
export const me = () => state.me;

export async function loadWords() {
  state.lang = cookie("gridsvc_lang") || "zh";
  document.documentElement.lang = state.lang;
  state.words = await (await fetch(`/i18n/${state.lang}.json`)).json();
  for (const el of document.querySelectorAll("[data-t]")) el.textContent = t(el.dataset.t);
  for (const el of document.querySelectorAll("[data-t-label]")) el.setAttribute("aria-label", t(el.dataset.tLabel));
  const title = document.querySelector("title[data-t]");
  if (title) document.title = `${t(title.dataset.t)} · ${t("page.brand")}`;
}

/** For answers that are shown also when they refuse: whether it was done, and what was said. */
export async function ask(path, json) {
  const reply = await fetch(path, { method: "POST", body: JSON.stringify(json),
    headers: { "Content-Type": "application/json", "X-Requested-With": "gridsvc", "Accept-Language": document.documentElement.lang } });
  return [reply.ok, await reply.json()];
}

/** A request to the API: JSON in, JSON out; a problem becomes an Error with a sentence for people. */
export async function api(path, options = {}) {
  const headers = { "X-Requested-With": "gridsvc", "Accept-Language": state.lang, ...(options.headers || {}) };
  if (options.json !== undefined) {
    headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(options.json);
  }
  const reply = await fetch(path, { ...options, headers });
  if (reply.status === 401 && !location.pathname.startsWith("/login")) {
    location.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    throw new Error("401");
  }
  if (reply.status === 204) return null;
  const body = await reply.json().catch(() => ({}));
  if (!reply.ok) {
    const error = new Error(sentences(body.detail || reply.statusText, body.remedy));
    error.status = reply.status;
    throw error;
  }
  return body;
}

let noticeTimer;
export function notice(text, bad = false) {
  document.querySelector(".notice")?.remove();
  const el = document.createElement("div");
  el.className = bad ? "notice bad" : "notice";
  el.setAttribute("role", "status");
  el.textContent = text;
  const dialog = document.querySelector("dialog[open]"); // what is beside an open one is behind it
  (dialog ?? document.body).append(el);
  dialog?.addEventListener("close", () => el.isConnected && document.body.append(el), { once: true });
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => el.remove(), bad ? 8000 : 3500);
}

/** What went wrong and what to do, one after the other. */
export const sentences = (...parts) => parts.filter(Boolean).map(p => p.replace(/[。.]$/, "")).join(lang() === "en" ? ". " : "。");

/** Runs `work`; what goes wrong is told, not thrown away. */
export async function tried(work) {
  try {
    return await work();
  } catch (error) {
    if (error.name !== "AbortError" && error.message !== "401") notice(error.message, true);
    return null;
  }
}

export function escape(text) {
  return String(text ?? "").replace(/[&<>"']/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]);
}

export const number = n => n === null || n === undefined ? "—" : Number(n).toLocaleString("en-US");
export const percent = r => r === null || r === undefined ? "—" : (r * 100).toFixed(1) + "%";
export const localTime = text => {
  if (!text) return "—";
  const parts = new Intl.DateTimeFormat("zh-CN", { timeZone: state.me?.tz || "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false }).formatToParts(new Date(text));
  const get = kind => parts.find(p => p.type === kind)?.value;
  return `${get("year")}-${get("month")}-${get("day")} ${get("hour")}:${get("minute")}`;
};

export function setLanguage(wanted) {
  document.cookie = `gridsvc_lang=${wanted}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
}

function topBar(current) {
  const bar = document.querySelector(".top");
  const may = word => state.me.permissions.includes(word);
  const pages = [["map", "/map", true], ...(state.me.role === "officer" ? [["patrol", "/patrol", true]] : []), ["coverage", "/coverage", true], ...(may("rows") ? [["gaps", "/gaps", true]] : []), ["closing", "/closing", true],
    ...(may("rows") ? [["ledger", "/ledger", true]] : []), ...(may("import") ? [["import", "/import", true], ["reconcile", "/reconcile", false]] : []),
    ...(may("edit") && may("rows") ? [["seat", "/seat", false]] : []),
    ...(may("divide") ? [["divide", "/divide", false]] : []), ["rules", "/rules", false], ["docs", "/docs", false]];
  bar.innerHTML = `<div class="brand">${escape(t("page.brand"))}<small>gridsvc</small></div>
    <nav>${pages.map(([id, href, small]) => `<a href="${href}" class="${small ? "" : "wide"}"${id === current ? ' aria-current="page"' : ""}>${escape(t("page.nav." + id))}</a>`).join("")}</nav>
    <div class="right"><span class="who">${escape(state.me.name)}<small>${escape(t("role." + state.me.role))}</small></span>
    <button id="lang">${state.lang === "zh" ? "English" : "中文"}</button><button id="out">${escape(t("page.sign_out"))}</button></div>`;
  bar.querySelector("#lang").onclick = () => setLanguage(state.lang === "zh" ? "en" : "zh");
  bar.querySelector("#out").onclick = async () => {
    await api("/api/v1/auth/logout", { method: "POST" });
    location.href = "/login";
  };
}

/** Words, the caller, the bar: the beginning of every page behind the sign-in. */
export async function begin(current) {
  await loadWords();
  state.me = await api("/api/v1/me");
  topBar(current);
  return state.me;
}

/** Waits for a job, telling how far it is; its result, or what went wrong as an Error. */
export async function follow(job, tell) {
  for (let wait = 250; ; wait = Math.min(wait * 1.3, 1200)) {
    const found = await api(`/api/v1/jobs/${job}`);
    tell?.(found);
    if (found.state === "done") return found.result;
    if (["failed", "cancelled"].includes(found.state)) throw new Error(sentences(found.error?.message, found.error?.remedy) || t("page.job_failed"));
    await new Promise(done => setTimeout(done, wait));
  }
}

/** A file that a job makes: asked for, its progress on the button, then taken. */
export async function takeFile(button, path) {
  const words = button.textContent;
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  notice(t("page.month_busy"));
  await tried(async () => {
    const { job } = await api(path, { method: "POST" });
    await follow(job, found => { button.textContent = `${words} ${Math.round((found.progress || 0) * 100)}%`; });
    const link = document.createElement("a");
    link.href = `/api/v1/jobs/${job}/file`;
    link.click();
  });
  button.textContent = words;
  button.removeAttribute("aria-busy");
}

/** A form with a file; `values` that are empty are left out. */
export function upload(path, file, values) {
  const form = new FormData();
  for (const [key, value] of Object.entries(values)) if (value !== null && value !== undefined && value !== "" && value !== false) form.set(key, value);
  form.set("file", file);
  return api(path, { method: "POST", body: form });
}

/** A place that a file may be dropped on, or chosen for: `take` gets it. */
export function dropZone(zone, take) {
  const input = zone.querySelector("input");
  input.addEventListener("change", () => { if (input.files[0]) take(input.files[0]); });
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, e => { e.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", e => {
    e.preventDefault();
    if (e.dataTransfer.files[0]) take(e.dataTransfer.files[0]);
  });
}

/** Areas as options of a select, indented as the tree. */
export async function areaOptions(select) {
  const { items } = await api("/api/v1/areas");
  const least = Math.min(...items.map(a => a.level));
  const depth = { 2: 0, 4: 1, 6: 2, 9: 3, 12: 4 };
  for (const a of items) {
    const pad = "\u3000".repeat(Math.max(0, depth[a.level] - depth[least]));
    select.append(new Option(pad + a.name, a.code));
  }
  return items;
}

/** Classes of events as options, under their major classes. */
export async function classOptions(select) {
  const { items } = await api("/api/v1/event-classes");
  const name = c => state.lang === "en" && c.name_en ? c.name_en : c.name;
  for (const major of items.filter(c => c.code.length === 2)) {
    const minors = items.filter(c => c.code.length === 5 && c.code.startsWith(major.code));
    const group = document.createElement("optgroup");
    group.label = name(major);
    group.append(new Option(`${name(major)}（${t("page.all")}）`, major.code));
    for (const c of minors) group.append(new Option(name(c), c.code));
    select.append(group);
  }
  return items;
}

/** The period chosen by a select, with two date fields that appear for "from–to". */
export function periodPicker(select, from, to, changed) {
  for (const p of ["30d", "3m", "12m", "24m", "all", "custom"]) select.append(new Option(t(`page.period.${p}`), p));
  select.value = "12m";
  const both = from.closest("[data-custom]");
  const tell = () => {
    both.hidden = select.value !== "custom";
    if (select.value !== "custom" || (from.value && to.value)) changed();
  };
  for (const el of [select, from, to]) el.addEventListener("change", tell);
  both.hidden = true;
  return () => select.value === "custom" ? `${from.value}..${to.value}` : select.value;
}

export function query(values) {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== null && value !== undefined && value !== "") out.set(key, value);
  return out.toString();
}

/** A column of a table: whom, and below it where, so that both are seen on a desk of 1,400 points and on a phone.
    `first` says what of a row stands before the name. */
export const whom = (minWidth, first = () => "") => ({
  title: `${t("page.task.who")} / ${t("page.task.where")}`, field: "name", minWidth, cssClass: "two",
  formatter: c => [[first(c.getData()), c.getValue()].filter(Boolean).join(" · "), c.getData().place].filter(Boolean).map(line => `<span>${escape(line)}</span>`).join(""),
});
