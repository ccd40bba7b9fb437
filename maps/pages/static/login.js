import { api, escape, lang, loadWords, setLanguage, t } from "/static/app.js";

const $ = id => document.getElementById(id);
const wanted = new URLSearchParams(location.search).get("next") || "/";
// only paths of this site: a link from elsewhere must not lead people away after they have signed in
const next = /^\/(?!\/)[\w/-]*(\?[\w=&.-]*)?$/.test(wanted) ? wanted : "/";

async function enter(path, body) {
  $("wrong").textContent = "";
  try {
    await api(path, { method: "POST", json: body });
    location.href = next;
  } catch (error) {
    $("wrong").textContent = error.message;
  }
}

await loadWords();
$("form").onsubmit = e => {
  e.preventDefault();
  enter("/api/v1/auth/login", { login: $("login").value.trim(), password: $("password").value });
};
$("lang").textContent = lang() === "zh" ? "English" : "中文";
$("lang").onclick = () => setLanguage(lang() === "zh" ? "en" : "zh");
const { items } = await api("/api/v1/auth/demo");
if (items.length) {
  $("demo").hidden = false;
  $("demo-list").innerHTML = items.map(a => `<button class="plain" data-login="${escape(a.login)}"><span>${escape(t("role." + a.role))}<br><small>${escape(a.name)}</small></span></button>`).join("");
  for (const b of $("demo-list").querySelectorAll("button")) b.onclick = () => enter("/api/v1/auth/demo", { login: b.dataset.login });
}
