/* The wall: which scene is shown, how it stays true, and how it moves on. It asks again and again; what has not changed is not sent, and
   not drawn. When no answer comes it says so, keeps what it has, and goes on asking. */
(function () {
  "use strict";
  const zhili = window.zhili, { block, fit, text } = zhili.wallBlocks;
  const host = document.getElementById("wall"), about = JSON.parse(host.dataset.about), query = new URLSearchParams(window.location.search);
  const byId = (id) => document.getElementById("wall-" + id);
  const REFRESH_MS = Math.max(20, 1000 * (Number(query.get("refresh")) || 5)), AGAIN_MS = 3000, TOUCHED_MS = 6000, SIDES = ["left", "right"], CLOCK = { hour12: false, timeZone: "Asia/Shanghai" };
  const say = (key, values = {}) => Object.entries(values).reduce((words, [name, value]) => words.replace(`{${name}}`, value), about.words[key]);
  zhili.wallMap.ground = about.ground;
  zhili.wallMap.review = about.review;
  const list = playlist();
  const state = { at: 0, playing: query.get("play") !== "0" && list.length > 1, since: performance.now(), etags: {}, kept: {}, lostAt: null, asks: null, reds: 0, refreshes: 0 };
  window.zhiliWall = Object.assign(state, { refresh, go });

  /* Which of the scenes, in which order, for how long: as the address says, else as the site is set up; what is not there is passed over. */
  function playlist() {
    const wanted = (query.get("scenes") || about.playlist.scenes).split(",").map((key) => key.trim()).filter(Boolean), seconds = Number(query.get("seconds") || about.playlist.seconds);
    const found = wanted.map((key) => about.scenes.find((one) => one.key === key)).filter(Boolean);
    return (found.length ? found : about.scenes).map((one) => (seconds >= 5 && seconds <= 600 ? { ...one, seconds } : one));
  }
  const scene = () => list[state.at];

  /* ---- asking ---- */
  async function refresh() {
    if (state.asks || !list.length) { return; }
    const mine = scene(), control = new AbortController(), late = window.setTimeout(() => control.abort(), 10000);
    state.asks = control;
    try {
      const asked = new URLSearchParams({ lang: about.lang, area: query.get("area") || "" });
      const answer = await fetch(`/wall/data/${mine.key}?${asked}`, { signal: control.signal, headers: state.etags[mine.key] ? { "If-None-Match": state.etags[mine.key] } : {} });
      if (answer.status !== 304) {
        if (!answer.ok) { throw new Error("HTTP " + answer.status); }
        const found = await answer.json();
        if (found.version !== about.version) { window.location.reload(); return; }   /* this page is of another version of the server */
        state.etags[mine.key] = answer.headers.get("ETag") || "";
        state.kept[mine.key] = found;
        if (mine === scene()) { show(); }
      }
      state.refreshes += 1;
      tellLost(null);
    } catch (error) {
      tellLost(state.lostAt ?? new Date());
    } finally {
      window.clearTimeout(late);
      state.asks = null;
    }
  }
  function tellLost(at) {
    state.lostAt = at;
    byId("lost").hidden = !at;
    if (at) { text(byId("lost"), say("lost", { at: at.toLocaleTimeString("zh-CN", CLOCK) })); }
  }
  async function ask() {
    await refresh();
    window.setTimeout(ask, state.lostAt ? AGAIN_MS : REFRESH_MS);
  }

  /* ---- showing ---- */
  let changed = false;
  function show() {
    const found = state.kept[scene().key];
    text(byId("question"), found?.question ?? scene().question);
    text(byId("answer"), found?.answer);
    tabs();
    if (!found) { text(byId("until"), say("waits")); return; }
    if (found.failed) { text(byId("until"), found.failed); return; }
    text(byId("until"), say("until", { at: found.until }));
    text(byId("state"), found.state_name);
    byId("state").className = found.state;
    state.reds = Object.values(found.blocks).flatMap((one) => one.marks || []).filter((one) => one.grade === 4 && one.waits).length;
    byId("wrong").hidden = !found.wrong.length;
    text(byId("wrong"), found.wrong.length ? say("wrong", { n: found.wrong.length, first: found.wrong[0] }) : "");
    changed = false;
    SIDES.forEach((side) => {
      const blocks = Object.entries(found.blocks).filter(([name]) => name.startsWith(side)), place = byId(side);
      blocks.forEach(([, data], at) => put(place, at, data));
      while (place.children.length > blocks.length) { place.lastElementChild.remove(); }
    });
    once(byId("middle"), found.blocks.middle);
    if (changed) { fit(); }
  }
  function put(place, at, data) {
    if (!place.children[at]) { const made = document.createElement("section"); made.className = "block"; place.append(made); }
    once(place.children[at], data);
  }
  /* A block that says the same as before is left alone. */
  function once(element, data) {
    const said = JSON.stringify(data);
    if (element.said === said) { return; }
    element.said = said;
    changed = true;
    block(element, data, say);
  }
  function again() { document.querySelectorAll(".block, .middle").forEach((one) => { one.said = ""; }); if (list.length) { show(); } }

  /* ---- moving on ---- */
  function go(step) {
    state.at = (state.at + step + list.length) % list.length;
    state.since = performance.now();
    show();
    refresh();
  }
  function tabs() {
    const place = byId("tabs");
    if (place.children.length !== list.length) {
      place.replaceChildren(...list.map((one, at) => { const made = document.createElement("button"); made.type = "button"; made.textContent = one.name; made.addEventListener("click", () => go(at - state.at)); return made; }));
    }
    [...place.children].forEach((one, at) => { if (at === state.at) { one.setAttribute("aria-current", "true"); } else { one.removeAttribute("aria-current"); } });
    text(byId("pause"), state.playing ? "❚❚" : "▶");
    byId("pause").setAttribute("aria-label", say(state.playing ? "pause" : "play"));
  }
  /* While a red warning waits for an answer the scene that shows it stays (?pin=0 or the setting turns that off). */
  const isPinned = () => (query.get("pin") ?? (about.playlist.pin ? "1" : "0")) !== "0" && state.reds > 0;
  function tick() {
    const now = new Date(), at = now.toLocaleTimeString("zh-CN", CLOCK);
    text(byId("clock"), at);
    if (state.playing && !isPinned() && performance.now() - state.since >= 1000 * scene().seconds) { go(1); }
    window.setTimeout(tick, 1000 - (Date.now() % 1000));
  }
  let hides = 0;
  function touched() {
    host.classList.add("is-touched");
    window.clearTimeout(hides);
    hides = window.setTimeout(() => host.classList.remove("is-touched"), TOUCHED_MS);
  }
  ["pointermove", "pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, touched, { passive: true }));
  let from = null;
  document.addEventListener("pointerdown", (event) => { from = event.clientX; });
  document.addEventListener("pointerup", (event) => {
    const way = from === null ? 0 : event.clientX - from;
    from = null;
    if (Math.abs(way) > window.innerWidth / 10) { go(way < 0 ? 1 : -1); }
  });
  byId("previous").addEventListener("click", () => go(-1));
  byId("next").addEventListener("click", () => go(1));
  function pause() { state.playing = !state.playing; state.since = performance.now(); tabs(); }
  byId("pause").addEventListener("click", pause);
  document.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") { go(1); } else if (event.key === "ArrowLeft") { go(-1); } else if (event.key === " " && event.target === document.body) { pause(); }
  });
  let sized = 0;
  window.addEventListener("resize", () => { window.cancelAnimationFrame(sized); sized = window.requestAnimationFrame(again); });

  if (!list.length) { text(byId("question"), say("no_scenes")); return; }
  show();
  tick();
  ask();
})();
