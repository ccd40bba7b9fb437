// Drawing from nothing: cells, special cells, estates, barriers, areas; several shapes, named in a list, stored together.
import { api, escape, me, notice, t, tried } from "/static/app.js";
import { drawing } from "/static/draw.js";

const $ = id => document.getElementById(id);
const NEEDS = { cells: "divide", special: "divide", estates: "edit", barriers: "import", areas: "areas" };
const BARRIERS = ["wall", "fence", "river", "rail", "major_road", "minor_road"];

/** `area`: code of the area that is chosen; `busy`: whether something else is being drawn; `saved(what, done)`. */
export function sketch({ map, layers, area, busy, saved }) {
  const words = new Map();  // id of a shape → what is written beside it
  let what = null, kinds = [];
  const pen = drawing(map, { layers, changed: list });
  $("sketch").innerHTML = Object.keys(NEEDS).filter(w => me().permissions.includes(NEEDS[w])).map(w => `<option value="${w}">${escape(t("page.sketch." + w))}</option>`).join("");
  $("sketch-go").onclick = () => what ? stop() : tried(start);
  $("sketch-finish").onclick = () => pen.finish();
  $("sketch-save").onclick = () => tried(save);
  addEventListener("keydown", e => {
    if (what && e.key === "Escape") stop();
    if (what && e.key === "Enter" && !e.target.closest("#sketch-bar")) pen.finish();
  });

  async function start() {
    if (busy()) return;
    what = $("sketch").value;
    if (what === "special" && !kinds.length) kinds = (await api("/api/v1/codes?list=cell_kind")).items;
    words.clear();
    document.body.classList.add("sketching");
    pen.start(what === "barriers" ? "linestring" : "polygon");
    $("sketch-go").textContent = t("page.divide.cancel");
    $("sketch-bar").hidden = false;
    document.querySelector(".controls").classList.remove("open");
    list(pen.shapes());
  }

  function stop() {
    what = null;
    pen.stop();
    document.body.classList.remove("sketching");
    $("sketch-go").textContent = t("page.sketch.go");
    $("sketch-bar").hidden = true;
  }

  function word(id) {
    if (!words.has(id)) words.set(id, { name: "", kind: what === "special" ? "99" : what === "barriers" ? "wall" : null, code: null });
    return words.get(id);
  }

  function choice(id) {
    if (what === "special") return `<select data-of="kind">${kinds.map(k => `<option value="${escape(k.code)}" ${word(id).kind === k.code ? "selected" : ""}>${escape(k.name)}</option>`).join("")}</select>`;
    if (what === "barriers") return `<select data-of="kind">${BARRIERS.map(k => `<option value="${k}" ${word(id).kind === k ? "selected" : ""}>${escape(t("page.barrier." + k))}</option>`).join("")}</select>`;
    if (what === "areas") return `<input data-of="code" inputmode="numeric" maxlength="12" placeholder="${escape(t("page.sketch.code"))}" value="${escape(word(id).code || "")}">`;
    return "";
  }

  /** The list is only written anew when shapes came or went: typing must not lose its place. */
  function list(shapes) {
    if (!what) return;
    const done = shapes.filter(s => !s.open), box = $("sketch-list");
    $("sketch-finish").disabled = !shapes.some(s => s.open);
    $("sketch-save").disabled = !done.length;
    const now = done.map(s => s.id).join();
    if (box.dataset.now === now && box.children.length) return;
    box.dataset.now = now;
    box.innerHTML = done.map((s, i) => `<li data-id="${escape(String(s.id))}"><span class="num">${i + 1}</span><input data-of="name" maxlength="40" placeholder="${escape(t("page.sketch.name"))}" value="${escape(word(s.id).name)}">${choice(s.id)}<button aria-label="${escape(t("page.sketch.remove"))}">×</button></li>`).join("")
      || `<li class="muted">${escape(t(what === "barriers" ? "page.sketch.how_line" : "page.sketch.how"))}</li>`;
    for (const li of box.querySelectorAll("li[data-id]")) {
      const id = done.find(s => String(s.id) === li.dataset.id).id;
      for (const field of li.querySelectorAll("[data-of]")) field.oninput = () => { word(id)[field.dataset.of] = field.value || null; };
      li.querySelector("button").onclick = () => { words.delete(id); pen.remove(id); };
    }
  }

  async function save() {
    const done = pen.shapes().filter(s => !s.open), kept = what;
    const polygon = kept !== "barriers";
    const features = done.map(s => ({ type: "Feature", properties: { ...word(s.id), name: word(s.id).name || "" },
      geometry: { type: polygon ? "Polygon" : "LineString", coordinates: polygon ? [s.coordinates] : s.coordinates } }));
    const reply = await api("/api/v1/drawings", { method: "POST", json: { what: kept, area: area(), features } });
    stop();
    if (reply.rejects.length) notice(t("page.sketch.rejected", { n: reply.rejects.length, why: reply.rejects[0].message }), true);
    else if (reply.division_id) notice(reply.open_m2 > 1 ? t("page.sketch.open", { m2: Math.round(reply.open_m2).toLocaleString() }) : t("page.sketch.draft"), reply.open_m2 > 1);
    else notice(t("page.sketch.written", { n: reply.written }));
    await saved(kept, reply);
  }
}
