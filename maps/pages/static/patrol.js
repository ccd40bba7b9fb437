import { api, begin, escape, localTime, notice, t, tried } from "/static/app.js";

const $ = id => document.getElementById(id);
let day = null;

async function main() {
  await begin("patrol");
  $("go").onclick = () => day.since ? said({ kind: "stop" }) : said({ kind: "start", cell: $("cell").value || null });
  const point = new URLSearchParams(location.search).get("at");
  history.replaceState(null, "", "/patrol");  // a page that is loaded again must not check in again
  if (!(point && await said({ kind: "point", point }))) show(await tried(() => api("/api/v1/patrol")));
  setInterval(tick, 1000);
  document.body.dataset.ready = "1";
}

/** Where the telephone is; nothing where it may not say or takes too long (a page without https may never). */
function place() {
  return new Promise(done => {
    if (!window.isSecureContext || !navigator.geolocation) return done({});
    navigator.geolocation.getCurrentPosition(p => done({ lon: p.coords.longitude, lat: p.coords.latitude, accuracy_m: p.coords.accuracy }), () => done({}), { enableHighAccuracy: true, timeout: 8000, maximumAge: 15000 });
  });
}

async function said(what) {
  $("go").disabled = true;
  const where = what.kind === "point" ? await place() : {};
  const found = await tried(() => api("/api/v1/patrol", { method: "POST", json: { ...what, ...where } }));
  $("go").disabled = false;
  if (found) {
    show(found);
    notice(t("page.patrol.said." + what.kind));
  }
  return found;
}

function show(found) {
  if (!found) return;
  day = found;
  const own = day.cells.filter(c => c.own), chosen = $("cell").value;
  $("cell").innerHTML = own.map(c => `<option value="${escape(c.code)}"${c.code === chosen ? " selected" : ""}>${escape(c.name)}</option>`).join("");
  $("which").hidden = Boolean(day.since) || own.length < 2;
  $("state").textContent = day.since ? t("page.patrol.since", { at: localTime(day.since).slice(11) }) : own.length ? t("page.patrol.resting") : t("page.patrol.no_cell");
  $("go").hidden = !day.since && !own.length;
  $("go").textContent = t(day.since ? "page.patrol.stop" : "page.patrol.start");
  $("go").classList.toggle("stop", Boolean(day.since));
  $("hint").textContent = t(day.since ? "page.patrol.hint.stop" : "page.patrol.hint.start");
  $("cells").innerHTML = day.cells.map(cellRow).join("") || `<p class="empty">${escape(t("page.nothing"))}</p>`;
  $("points").innerHTML = day.checkins.map(point).reverse().join("") || `<li class="empty">${escape(t("page.patrol.none"))}</li>`;
  tick();
}

function cellRow(c) {
  const share = c.asked ? Math.min(100, c.minutes / c.asked * 100) : 0;
  const bar = c.asked ? `<span class="bar"><i class="${share >= 100 ? "full" : ""}" style="width:${share}%"></i></span>` : "";
  return `<div class="cellrow"><b>${escape(c.name)}</b><span class="num">${escape(t(c.asked ? "page.patrol.of" : "page.patrol.minutes", { n: c.minutes, asked: c.asked }))}</span>${bar}</div>`;
}

function point(p) {
  const mark = p.kind !== "point" ? "" : p.located ? `<span class="badge good">${escape(t("page.patrol.located"))}</span>` : `<span class="badge">${escape(t("page.patrol.unlocated"))}</span>`;
  const what = p.kind === "point" ? p.name : `${t("page.patrol.kind." + p.kind)} · ${p.cell ?? ""}`;
  return `<li><time>${escape(localTime(p.at).slice(11))}</time><span class="what">${escape(what)}</span>${mark}</li>`;
}

/** Time since the start, as the clock of the telephone has it. */
function tick() {
  $("clock").hidden = !day?.since;
  if (!day?.since) return;
  const s = Math.max(0, Math.floor((Date.now() - new Date(day.since)) / 1000));
  $("clock").textContent = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60].map(n => String(n).padStart(2, "0")).join(":");
}

main();
