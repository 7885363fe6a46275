/* Which week `/risk` shows: the slider's right end is what is to come, the rest the past 52 weeks, one flowing into the next.
   A past week whose forecast is known is shown beside it, with what that forecast would have hit. */
(function () {
  "use strict";
  const { risk } = window.zhili;
  const { state, on, make, say, write, number, percent, byId, setQuery, surface, horizon } = risk;
  const WEEK_MS = 420;
  const time = { at: 0, last: 0, playing: false, weeks: [], forecasts: [], expected: null, tops: {}, mixes: [], frames: 0, said: -1 };

  const isComing = () => time.at >= time.last;
  const week = () => Math.min(Math.floor(time.at), time.last - 1);

  /* Only one in a hundred of the grids and weeks with incidents has more. */
  function topOfWeeks(counts) {
    const having = [];
    counts.forEach((row) => row.forEach((n) => { if (n > 0) { having[n] = (having[n] || 0) + 1; } }));
    let beyond = 0.01 * having.reduce((sum, n) => sum + n, 0), top = having.length - 1;
    while (top > 3 && (beyond -= having[top] || 0) > 0) { top -= 1; }
    return Math.max(3, top);
  }
  function prepare() {
    const known = state.data.typed.tops, some = time.weeks.filter((_, at) => at % 8 === 3);
    const heat = (key, each) => {
      if (!risk.ground.slots) { return 1; }
      const name = `${key} ${risk.ground.url}`;
      if (!known.has(name)) { known.set(name, risk.heat.topOf(each)); }
      return known.get(name);
    };
    time.tops = {
      coming: risk.shades.topOf(state.data.expected, 0, 0.995), past: time.top,
      get heatComing() { return surface() === "heat" ? heat("coming", [time.expected]) : 1; },   /* reckoned when it is wanted */
      get heatPast() { return surface() === "heat" ? heat("past", some.length ? some : [time.expected]) : 1; },
    };
  }
  /* Where the ramp of past weeks ends takes a moment to reckon; not within the first frame that is played. */
  const warm = () => window.setTimeout(() => { if (surface() === "heat" && state.data) { void time.tops.heatPast; } }, 200);
  function renew() {
    const { data } = state;
    const { from, counts, forecast } = data.weeks || { from: [], counts: [], forecast: [] };
    stop();
    data.typed ||= { weeks: counts.map((row) => new Float32Array(row)), forecasts: from.map((_, at) => (forecast?.[at] ? new Float32Array(forecast[at]) : null)), expected: new Float32Array(data.expected), top: topOfWeeks(counts), tops: new Map() };
    Object.assign(time, data.typed, { last: from.length, said: -1 });
    time.mixes = [new Float32Array(data.grids.length), new Float32Array(data.grids.length)];
    const wanted = from.indexOf(state.query.week);
    time.at = wanted >= 0 ? wanted : time.last;
    if (risk.ground.url === data.url && risk.ground.slots) { risk.ground.ready(data); }   /* at once: the outlines are there */
    prepare();
    const slider = byId("slider").querySelector("input");
    slider.max = time.last;
    tell();
    risk.map.renew();
    warm();
  }

  /* ---- what the maps show now ---- */
  function mixed(into, each) {
    const here = week(), part = time.at - here, from = each[here], to = each[here + 1] || from;
    if (!part || from === to) { return from; }
    const smooth = part * part * (3 - 2 * part);
    for (let at = 0; at < into.length; at += 1) { into[at] = from[at] + (to[at] - from[at]) * smooth; }
    return into;
  }
  function fields() {
    const { tops } = time;
    if (isComing()) { return [{ isComing: true, values: time.expected, top: tops.coming, heatTop: tops.heatComing, get title() { return title(); } }]; }
    const past = { top: tops.past, heatTop: tops.heatPast }, forecast = time.forecasts[week()], marked = forecast && !time.playing ? hits(week()).cells : [];
    const happened = { ...past, values: mixed(time.mixes[0], time.weeks), marked, get title() { return `${title()}, ${say("happened")}`; } };
    return forecast ? [{ ...past, values: mixed(time.mixes[1], time.forecasts), marked, get title() { return `${title()}, ${say("forecast")}`; } }, happened] : [happened];
  }

  /* The highest twentieth of a week's forecast, and how much of the week came there. */
  function hits(at) {
    const known = [...time.forecasts[at].keys()].filter((slot) => state.data.known[slot]), forecast = time.forecasts[at];
    const cells = known.sort((a, b) => forecast[b] - forecast[a] || a - b).slice(0, Math.max(1, Math.round(risk.map.TOP_SHARE * known.length)));
    const all = time.weeks[at].reduce((sum, n) => sum + n, 0), hit = cells.reduce((sum, slot) => sum + time.weeks[at][slot], 0);
    return { cells, all, hit };
  }

  /* ---- in words ---- */
  function title() {
    const { data } = state;
    if (!isComing()) { return say("map_past", { from: data.weeks.from[week()], n: number(time.weeks[week()].reduce((sum, n) => sum + n, 0), 0) }); }
    const { total } = data, span = { from: data.from, until: data.until, n: number(total.expected), low: number(total.low), high: number(total.high) }, area = risk.ground.areaIndex();
    if (area !== undefined) {
      return say("map_area", { ...span, area: risk.ground.areas.name[area], ...inside(data) });
    }
    return say(data.from === data.until ? "map_coming_day" : "map_coming", span);
  }
  /* What the chosen area's grids have together, and how far that may be off: as for the whole, `uncertainty.total_interval`. */
  function inside({ grids, expected, spread: { over, sway, z } }) {
    const mine = expected.filter((_, slot) => risk.ground.inArea(grids[slot])), total = mine.reduce((sum, mean) => sum + mean, 0);
    const half = z * Math.sqrt(total + over * mine.reduce((sum, mean) => sum + mean * mean, 0) + (sway * total) ** 2);
    return { n: number(total), low: number(Math.round(Math.max(0, total - half))), high: number(Math.round(total + half)) };
  }
  function said(slot) {
    const { data } = state;
    if (isComing()) { return say("readout_expected", { n: number(data.expected[slot]), low: number(data.low[slot]), high: number(data.high[slot]) }); }
    const n = number(time.weeks[week()][slot], 0), forecast = time.forecasts[week()];
    return forecast ? say("readout_both", { n, expected: number(forecast[slot]) }) : say("readout_past", { n });
  }
  function tell() {
    const slider = byId("slider").querySelector("input"), coming = isComing(), forecast = coming ? null : time.forecasts[week()];
    const label = coming ? (horizon() === "1" ? say("coming_day") : say("coming", { n: horizon() })) : say("week_from", { from: state.data.weeks.from[week()] });
    slider.value = time.at;
    slider.setAttribute("aria-valuetext", label);
    const now = coming ? time.last : week();
    if (time.said === now && time.playing) { return; }
    time.said = now;
    write(byId("week"), label);
    write(byId("map-title"), title());
    write(byId("first-title"), coming ? "" : say(forecast ? "forecast" : "happened"));
    write(byId("second-title"), say("happened"));
    write(byId("week-said"), coming ? say("time_hint") : forecast ? tellHits(week()) : say("no_forecast"));
    legend(coming);
  }
  function tellHits(at) {
    const { cells, all, hit } = hits(at);
    return all ? say("hit_said", { cells: number(cells.length), all: number(all, 0), hit: number(hit, 0), share: percent(hit / all) }) : say("hit_none");
  }
  function legend(coming) {
    if (!state.data.url) { return; }
    const heat = surface() === "heat", { tops } = time, none = state.data.known.some((is) => !is) || (risk.ground.slots?.includes(-1) ?? false);
    risk.shades.legend({
      name: say(`legend_${heat ? "heat_" : ""}${coming ? "coming" : "past"}`) ,
      hint: heat && risk.ground.url ? say("heat_what", { m: number(Math.round(risk.heat.metres() / 50) * 50) }) : "",
      top: heat ? (coming ? tops.heatComing : tops.heatPast) : coming ? tops.coming : tops.past, whole: !coming && !heat,
      none, unsure: coming && !heat && state.data.top.some((row) => row.low < 0.5), patrol: coming && risk.patrol.isShown(),
    });
  }

  /* ---- moving ---- */
  function moveTo(at) {
    time.at = Math.min(time.last, Math.max(0, at));
    setQuery({ week: isComing() ? "" : state.data.weeks.from[week()] });
    tell();
    risk.map.draw();
  }
  function face() {
    const key = time.playing ? "pause" : "play", play = byId("play");
    write(play, time.playing ? "❚❚" : "▶");
    play.setAttribute("aria-label", say(key));
    play.title = say(key);
    byId("week-said").setAttribute("aria-live", time.playing ? "off" : "polite");
    byId("slider").querySelector("input").step = time.playing ? "any" : 1;
  }
  function stop() { if (time.playing) { time.playing = false; face(); } }
  function play() {
    if (!state.data || !time.last) { return; }
    if (time.playing) { stop(); moveTo(Math.round(time.at)); return; }
    if (isComing()) { time.at = 0; }
    Object.assign(time, { playing: true, frames: 0, said: -1 });
    face();
    let before = performance.now(), split = null;
    const beat = (now) => {
      if (!time.playing || !risk.isHere()) { return; }
      time.at += Math.min(100, Math.max(0, now - before)) / WEEK_MS;
      before = now;
      if (isComing()) { stop(); moveTo(time.last); return; }
      const isSplit = Boolean(time.forecasts[week()]);
      tell();
      if (isSplit === split) { risk.map.frame(); } else { split = isSplit; risk.map.draw(); }
      time.frames += 1;
      window.requestAnimationFrame(beat);
    };
    window.requestAnimationFrame(beat);
  }

  on("start", () => {
    const slider = make("input", "");
    Object.assign(slider, { type: "range", min: 0, max: 0, step: 1, id: "risk-weeks" });
    slider.setAttribute("aria-label", say("slider"));
    slider.addEventListener("input", () => { if (state.data) { stop(); moveTo(Math.round(Number(slider.value))); } });
    byId("slider").replaceChildren(slider);
    byId("play").addEventListener("click", play);
    face();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && risk.isHere() && !event.target.closest?.("button, input:not([type=range]), select, textarea, a, summary")) { event.preventDefault(); play(); }
  });
  on("data", renew);
  on("surface", () => { if (state.data) { time.said = -1; tell(); warm(); } });
  on("area", () => { if (state.data) { time.said = -1; tell(); } });
  on("patrol", () => { if (state.data) { legend(isComing()); } });

  risk.time = { fields, said, prepare() { prepare(); time.said = -1; tell(); warm(); }, isPlaying: () => time.playing, isComing, time };
})();
