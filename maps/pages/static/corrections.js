// What officers found wrong: 同意 or 退回.
import { api, escape, localTime, me, notice, t, tried } from "/static/app.js";

export const waiting = async () => (await tried(() => api("/api/v1/corrections/count")))?.open ?? 0;

/** The list of corrections inside `box`; `changed` is told when one was decided. */
export async function corrections(box, changed) {
  const parts = await Promise.all(["open", "returned", "approved"].map(s => api(`/api/v1/corrections?state=${s}&limit=60`)));
  const may = me().permissions.includes("edit");
  const one = c => `<div class="diff" data-id="${c.id}"><div><p><b>${escape(c.called)} ${escape(c.label)}</b> <span class="muted small">${escape(c.cell_code)} · ${escape(c.created_by || "")} ${localTime(c.created_at)}</span>${c.note ? ` — ${escape(c.note)}` : ""}</p>
    <table>${c.fields.map(f => `<tr><td class="muted">${escape(f.called)}</td><td class="was">${escape(f.base ?? "—")}</td><td>→</td><td class="now">${escape(f.wanted ?? "—")}</td></tr>`).join("")}</table>
    ${c.state === "open" ? "" : `<p class="small muted"><span class="badge ${c.state === "approved" ? "good" : "bad"}">${escape(t("page.correction." + c.state))}</span> ${escape(c.decided_by || "")} ${localTime(c.decided_at)} ${escape(c.reason || "")}</p>`}</div>
    ${c.state === "open" && may ? `<div class="do"><button class="main" data-yes>${escape(t("page.correction.approve"))}</button><button class="plain" data-no>${escape(t("page.correction.return"))}</button></div>` : ""}</div>`;
  box.innerHTML = `<div class="box" id="corrections"><h2>${escape(t("page.ledger.corrections"))}</h2>${parts[0].items.map(one).join("") || `<p class="empty">${escape(t("page.correction.none"))}</p>`}
    ${[...parts[1].items, ...parts[2].items].length ? `<h3>${escape(t("page.correction.decided"))}</h3>` + [...parts[1].items, ...parts[2].items].map(one).join("") : ""}</div>`;
  for (const el of box.querySelectorAll(".diff")) {
    const decide = async body => {
      const done = await tried(() => api(`/api/v1/corrections/${el.dataset.id}`, { method: "POST", json: body }));
      if (!done) return;
      notice(t("page.correction." + done.state));
      await changed();
      await corrections(box, changed);
    };
    el.querySelector("[data-yes]")?.addEventListener("click", () => decide({ approve: true }));
    el.querySelector("[data-no]")?.addEventListener("click", () => {
      const reason = prompt(t("page.correction.why"));
      if (reason) decide({ approve: false, reason });
    });
  }
}
