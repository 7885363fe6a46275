/* `/risk`: what all its scripts share: words, the address, asking, what can be chosen. An answer that is there stays for as long
   as the data are the same, so that going back to a horizon or a matter asks nobody. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});
  const AGAIN_MS = 3000, LOST_AGAIN_MS = 10000, DIM_MS = 300, RENEW_MS = 300000, MOST_KEPT = 24, AHEAD_MS = 400, PARTS = ["top", "record", "patrol"];
  const HORIZONS = ["7", "1", "30"];
  const OURS = ["matter", "horizon", "surface", "corrected", "week", "grid", "part", "teams", "visits"];
  const state = { host: null, words: {}, filters: null, query: {}, data: null, offered: [], lang: "zh", lostAt: 0, paintedMs: null };
  const listeners = { start: [], data: [], surface: [], area: [], theme: [], choose: [], moment: [], part: [], patrol: [] };
  const kept = new Map(), formats = new Map();
  const byId = (id) => document.getElementById("risk-" + id);
  const emit = (kind, ...about) => listeners[kind].forEach((hear) => hear(...about));

  const { make, button, write, show, clock } = zhili.page, say = zhili.page.speaker(state);
  const { isHere, readAddress, writeAddress, setQuery } = zhili.page.address(state, OURS, "zhili-risk", 120);

  /* ---- numbers ---- */
  function number(value, digits) {
    if (value === null || value === undefined) { return "–"; }
    const most = digits ?? (Math.abs(value) >= 10 || Number.isInteger(value) ? 0 : Math.abs(value) >= 1 ? 1 : 2);
    const key = `${state.lang} ${digits} ${most}`;
    if (!formats.has(key)) { formats.set(key, new Intl.NumberFormat(state.lang, { minimumFractionDigits: digits ?? 0, maximumFractionDigits: most })); }
    return formats.get(key).format(value);
  }
  const percent = (share) => (share === null || share === undefined ? "–" : `${number(100 * share, share < 0.1 && share > 0 ? 1 : 0)}%`);

  /* ---- what is chosen ---- */
  const among = (key, values) => (values.includes(state.query[key]) ? state.query[key] : values[0]);
  const horizon = () => among("horizon", HORIZONS);
  const surface = () => among("surface", ["cells", "heat"]);
  const part = () => among("part", PARTS);
  const asked = () => ({ category: state.query.matter || "", horizon: horizon(), lang: state.lang, corrected: state.query.corrected === "1" ? "1" : "0" });

  /* ---- asking ---- */
  async function ask(path, query) {
    try {
      const answer = await fetch(`/risk/${path}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) { throw new Error("HTTP " + answer.status); }
      const found = await answer.json();
      state.lostAt = 0;
      return found;
    } catch (error) {
      if (!state.lostAt) { state.lostAt = Date.now(); }
      return null;
    }
  }
  let turn = 0, later = 0;
  async function askData() {
    const mine = turn += 1, query = asked(), key = JSON.stringify(query);
    window.clearTimeout(later);
    showChoices();
    if (kept.has(key)) { take(kept.get(key)); askAhead(mine); return; }
    if (!state.data) { tell(say("loading")); }
    const dim = window.setTimeout(() => state.host.classList.add("is-old"), DIM_MS), found = await ask("data", query);
    window.clearTimeout(dim);
    if (mine !== turn || !isHere()) { return; }
    if (found?.choices) { state.offered = found.choices.categories; showChoices(); }
    if (!found || found.waits || found.failed) {
      tell(found ? found.failed || found.waits : say("no_answer", { at: clock(new Date(state.lostAt)) }), !found?.waits);
      if (!found?.failed) { later = window.setTimeout(() => { if (isHere()) { askData(); } }, found ? AGAIN_MS : LOST_AGAIN_MS); }
      return;
    }
    keep(key, found);
    take(found);
    askAhead(mine);
  }
  function keep(key, found) {
    kept.set(key, found);
    if (kept.size > MOST_KEPT) { kept.delete(kept.keys().next().value); }
  }
  /* While nobody asks for anything, what is likely to be asked for next: the other horizons, then the other matters. */
  async function askAhead(mine) {
    const now = asked(), others = (name, values) => values.filter((value) => value !== now[name]).map((value) => ({ ...now, [name]: value }));
    for (const query of [...others("horizon", HORIZONS), ...others("category", state.offered.map(([value]) => value))]) {
      await new Promise((idle) => window.setTimeout(() => (window.requestIdleCallback || window.setTimeout)(idle), AHEAD_MS));
      if (mine !== turn || !isHere() || document.hidden || state.lostAt) { return; }
      const key = JSON.stringify(query), found = kept.has(key) ? null : await ask("data", query);
      if (found?.grids && mine === turn && found.made_after === state.data?.made_after) { keep(key, found); }
    }
  }
  /* A map made meanwhile from newer data comes by itself. */
  window.setInterval(async () => {
    const mine = turn, before = state.data;
    if (!isHere() || document.hidden || !before) { return; }
    const found = await ask("data", asked());
    if (found?.grids && mine === turn && found.made_after !== before.made_after && isHere()) { kept.clear(); take(found); }
  }, RENEW_MS);
  function tell(text, isTrouble) {
    write(byId("state"), text);
    show(byId("state"), Boolean(text));
    byId("state").classList.toggle("trouble", Boolean(isTrouble));
    state.host.classList.toggle("is-empty", !state.data);
  }
  function take(found) {
    const from = performance.now();
    state.data = found;
    state.place = new Map(found.grids.map((id, at) => [id, at]));
    state.host.classList.remove("is-old");
    tell("");
    write(byId("headline"), found.said);
    write(byId("made"), found.made_after ? say("made_after", { at: found.made_after }) : "");
    byId("notes").replaceChildren(...[found.pattern, ...(found.notes || [])].filter(Boolean).map((text) => make("p", "", text)));
    state.offered = found.choices.categories;
    showChoices();
    emit("data");
    state.paintedMs = performance.now() - from;
  }

  /* ---- what can be chosen ---- */
  function showChoices() {
    const now = { horizon: horizon(), surface: surface() };
    state.host.querySelectorAll("[data-choice]").forEach((one) => one.setAttribute("aria-pressed", String(now[one.dataset.choice] === one.dataset.value)));
    const corrected = byId("corrected"), cannot = state.data ? !state.data.correctable : false;
    corrected.setAttribute("aria-pressed", String(state.query.corrected === "1" && !cannot));
    corrected.disabled = cannot;
    corrected.title = say(cannot ? "corrected_cannot" : "corrected_what");
    const select = byId("category").querySelector("select"), offered = state.offered;
    const known = JSON.stringify(offered);
    if (select.dataset.known !== known) {
      select.replaceChildren(...offered.map(([value, label]) => new Option(label, value)));
      select.dataset.known = known;
    }
    select.value = offered.some(([value]) => value === state.query.matter) ? state.query.matter : "";
  }
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest?.("#risk-page [data-choice]"), tab = event.target.closest?.(".risk-tab");
    if (chosen?.dataset.choice === "horizon") { setQuery({ horizon: chosen.dataset.value === "7" ? "" : chosen.dataset.value }); askData(); }
    if (chosen?.dataset.choice === "surface") { setQuery({ surface: chosen.dataset.value === "cells" ? "" : chosen.dataset.value }); showChoices(); emit("surface"); }
    if (event.target.closest?.("#risk-corrected")) { setQuery({ corrected: state.query.corrected === "1" ? "" : "1" }); askData(); }
    if (tab) { setQuery({ part: tab.dataset.part === PARTS[0] ? "" : tab.dataset.part }); showPart(); }
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.(".risk-tab"), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) { return; }
    const tabs = [...document.querySelectorAll(".risk-tab")], next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });
  function showPart() {
    PARTS.forEach((one) => {
      show(byId(one), one === part());
      byId("tab-" + one).setAttribute("aria-selected", String(one === part()));
      byId("tab-" + one).tabIndex = one === part() ? 0 : -1;
    });
    emit("part");
  }
  function choose(id) { setQuery({ grid: state.query.grid === id ? "" : id }); emit("choose"); }

  /* ---- begin, and follow the frame ---- */
  function start(host) {
    Object.assign(state, { host, words: JSON.parse(host.dataset.words), query: readAddress(), data: null });
    const select = make("select", "");
    select.setAttribute("aria-label", say("category"));
    select.addEventListener("change", () => { setQuery({ matter: select.value }); askData(); });
    byId("category").replaceChildren(select);
    writeAddress();
    emit("start");
    showPart();
  }
  function follow(filters) {
    const host = document.getElementById("risk-page"), before = state.filters;
    if (!host || !filters) { return; }
    const isNew = state.host !== host, differs = (key) => (filters[key] || "") !== (before?.[key] || "");
    Object.assign(state, { filters, lang: filters.lang === "en" ? "en" : "zh" });
    if (before?.snapshot && differs("snapshot")) { kept.clear(); }
    if (isNew) { start(host); } else { writeAddress(); }
    if (isNew || differs("lang") || (before?.snapshot && differs("snapshot"))) { askData(); }
    if (!isNew && differs("theme")) { window.requestAnimationFrame(() => emit("theme")); }
    if (!isNew && differs("area")) { emit("area"); }
  }
  const early = () => ({ ...zhili.fromAddress(), lang: document.documentElement.lang === "en" ? "en" : "zh", theme: document.documentElement.dataset.theme });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.risk = {
    begin() { follow(early()); return window.dash_clientside.no_update; },
    follow(filters) { follow(filters); return window.dash_clientside.no_update; },
  };
  zhili.risk = { state, on: (kind, hear) => listeners[kind].push(hear), emit, make, button, say, write, show, number, percent, byId, isHere, ask, asked, setQuery, surface, horizon, part, choose };
})();
