/* `/warnings`: what all its scripts share (asking, acting, words, the address) and the beat that keeps the page up to date.
   The page asks every few seconds whether anything has changed; only then it asks for the list, and only what differs is drawn. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});
  const BEAT_MS = 5000, AGAIN_MS = 30000, TICK_MS = 1000;
  const OURS = ["warning", "grade", "state", "rule", "part"];
  const state = { host: null, words: {}, filters: null, query: {}, list: null, one: null, mark: 0, listedAt: 0, lostAt: 0, skew: 0 };
  const listeners = { start: [], list: [], extents: [], one: [], choose: [], tick: [], part: [] };
  const byId = (id) => document.getElementById("warnings-" + id);

  const { make, button, write, show, clock } = zhili.page, say = zhili.page.speaker(state);
  const { isHere, readAddress, writeAddress, setQuery } = zhili.page.address(state, OURS, "zhili-warnings", 80);

  /* ---- words ---- */
  const badge = (row, more) => {
    const made = make("span", `warning-badge warning-grade-${row.grade}${more || ""}`, row.letter);
    made.title = row.grade_name;
    made.setAttribute("aria-label", row.grade_name);
    made.setAttribute("role", "img");
    return made;
  };
  const now = () => Date.now() / 1000 - state.skew;
  function span(seconds) {
    const size = Math.max(0, seconds);
    if (size < 7200) { return say("t_minutes", { n: Math.ceil(size / 60) }); }
    return size < 172800 ? say("t_hours", { n: Math.round(size / 3600) }) : say("t_days", { n: Math.round(size / 86400) });
  }

  /* ---- asking and acting ---- */
  const common = () => ({ lang: state.filters?.lang || "zh", theme: state.filters?.theme || "dark", scale: state.filters?.scale || 1 });
  const asked = () => ({ ...common(), area: state.filters?.area || "", grade: state.query.grade || "", state: state.query.state || "open", rule: state.query.rule || "", seen: readEvent() || "", warning: state.query.warning || "" });
  async function ask(path, query) {
    try {
      const answer = await fetch(`/warnings/${path}?${new URLSearchParams(query || common())}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) { throw new Error("HTTP " + answer.status); }
      const found = await answer.json();
      heard();
      return found;
    } catch (error) {
      if (!state.lostAt) { state.lostAt = Date.now(); }
      tellLive();
      return null;
    }
  }
  async function post(path, body) {
    try {
      const answer = await fetch(`/warnings/${path}?lang=${common().lang}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      if (!answer.ok) { throw new Error("HTTP " + answer.status); }
      heard();
      return await answer.json();
    } catch (error) { return { refused: say("no_answer") }; }
  }
  function heard() { if (state.lostAt) { state.lostAt = 0; } tellLive(); }
  function tellLive() {
    const live = byId("live");
    if (!live) { return; }
    live.classList.toggle("lost", Boolean(state.lostAt));
    write(live, say(state.lostAt ? "offline" : "live", { at: clock(new Date(state.lostAt)) }));
  }

  /* ---- what this reader has seen, and who acts: kept in the browser ---- */
  const remembered = (key) => { try { return window.localStorage.getItem(key) || ""; } catch (error) { return ""; } };
  const remember = (key, value) => { try { window.localStorage.setItem(key, value); } catch (error) { /* a browser that keeps nothing asks again */ } };
  const readEvent = () => Number(remembered("zhili-warnings-seen")) || 0;
  const name = () => remembered("zhili-name");
  function tellUnread(count) {
    const face = byId("unread");
    if (!face) { return; }
    show(face, count > 0);
    write(face, count > 0 ? `${say("unread", { n: count })} · ${say("mark_read")}` : "");
    const plain = document.title.replace(/^\(\d+\) /, "");
    document.title = count > 0 ? `(${count}) ${plain}` : plain;
  }
  function markRead() { remember("zhili-warnings-seen", String(state.mark)); tellUnread(0); }

  /* ---- the list, the chosen one ---- */
  const emit = (kind, ...about) => listeners[kind].forEach((hear) => hear(...about));
  let turn = 0;
  async function askList() {
    const mine = turn += 1, found = await ask("list", asked());
    if (!found || mine !== turn || !isHere()) { return; }
    if (found.failed) { state.list = found; emit("list"); return; }
    Object.assign(state, { list: found, mark: found.mark, listedAt: Date.now(), skew: Date.now() / 1000 - found.now });
    if (!readEvent()) { remember("zhili-warnings-seen", String(found.mark)); }
    write(byId("headline"), found.headline);
    tellUnread(found.unread);
    emit("list");
    await askExtents();
  }
  async function askExtents() {
    const mine = state.list, extents = await ask("extents", asked());
    if (!extents || mine !== state.list || !isHere()) { return; }
    mine.extents = extents;
    emit("extents");
  }
  let oneTurn = 0;
  async function askOne() {
    const mine = oneTurn += 1, id = state.query.warning;
    if (!id) { state.one = null; emit("one"); return; }
    const found = await ask("one", { ...common(), id });
    if (!found || mine !== oneTurn || !isHere()) { return; }
    state.one = found;
    emit("one");
  }
  function choose(id) {
    if (state.query.warning === String(id || "")) { return askOne(); }
    setQuery({ warning: id });
    emit("choose");
    return askOne();
  }
  const again = () => Promise.all([askList(), askOne()]);

  /* ---- the beat ---- */
  async function beat() {
    if (!isHere() || document.hidden) { return; }
    const isWorking = (state.query.part || "work") === "work";
    if (isWorking && Date.now() - state.listedAt > AGAIN_MS) { await again(); return; }
    const found = await ask("pulse", asked());
    if (!found || found.failed) { return; }
    tellUnread(found.unread);
    if (found.mark !== state.mark) { await (isWorking ? again() : askList()); }
  }
  window.setInterval(beat, BEAT_MS);
  window.setInterval(() => { if (isHere() && !document.hidden) { emit("tick"); } }, TICK_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { beat(); } });

  /* ---- the three parts ---- */
  function showPart() {
    const part = ["work", "outcomes", "rules"].includes(state.query.part) ? state.query.part : "work";
    ["work", "outcomes", "rules"].forEach((one) => {
      show(byId(one), one === part);
      byId("tab-" + one).setAttribute("aria-selected", String(one === part));
      byId("tab-" + one).tabIndex = one === part ? 0 : -1;
    });
    emit("part", part);
  }
  document.addEventListener("click", (event) => {
    const tab = event.target.closest?.(".warnings-tab");
    if (tab) { setQuery({ part: tab.dataset.part === "work" ? "" : tab.dataset.part }); showPart(); }
    if (event.target.closest?.("#warnings-unread")) { markRead(); }
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.(".warnings-tab"), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) { return; }
    const tabs = [...document.querySelectorAll(".warnings-tab")], next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  });

  function start(host) {
    Object.assign(state, { host, words: JSON.parse(host.dataset.words), query: readAddress(), list: null, one: null, mark: 0, listedAt: 0 });
    writeAddress();
    emit("start");
    showPart();
    if (state.query.warning) { emit("choose"); }
  }
  /* The page begins with what the address says, before the frame knows how new the data are; then it follows the frame's filters. */
  function take(filters) {
    const host = document.getElementById("warnings-page"), before = state.filters;
    if (!host || !filters) { return; }
    const isNew = state.host !== host, differs = (...keys) => keys.some((key) => (filters[key] || "") !== (before?.[key] || ""));
    state.filters = filters;
    if (isNew) { start(host); } else { writeAddress(); }
    if (isNew || differs("area", "lang", "theme") || (before?.snapshot && differs("snapshot"))) { again(); }
  }
  const { dataset } = document.documentElement;
  const early = () => ({ ...zhili.fromAddress(), lang: document.documentElement.lang === "en" ? "en" : "zh", theme: dataset.theme, scale: parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.warnings = {
    begin() { take(early()); return window.dash_clientside.no_update; },
    follow(filters) { take(filters); return window.dash_clientside.no_update; },
  };
  zhili.warnings = { state, on: (kind, hear) => listeners[kind].push(hear), make, button, say, write, show, badge, byId, now, span, ask, post, asked, common, setQuery, choose, again, askList, askExtents, name, remember, isHere };
})();
