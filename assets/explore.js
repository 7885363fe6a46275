/* `/explore`: what is picked lives in the address as `sel`, tokens joined by semicolons; a click adds or drops one.
   Undo is the browser's own history. Lists and map are drawn by explore_lists.js and explore_map.js. */
(function () {
  "use strict";
  const LONGEST = 3400;   /* of the encoded text: servers on the way refuse addresses beyond about 4,000 bytes */
  const FIGURES = ["days", "hours", "durations"];
  const zhili = (window.zhili = window.zhili || {});
  const explore = (zhili.explore = { data: null });
  const byId = (id) => document.getElementById("explore-" + id);
  const make = (tag, className, ...children) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  };
  const counts = new Intl.NumberFormat("en-US"), number = (n) => counts.format(n);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

  /* ---- what is picked ---- */
  const picked = () => (zhili.fromAddress().sel || "").split(";").filter(Boolean);

  function pick(tokens) {
    const text = tokens.join(";");
    if (encodeURIComponent(text).length > LONGEST) { byId("hint").textContent = explore.data.words.too_long; return; }
    zhili.setQuery("sel", text);
    markStep();
    showPicked();
  }
  function toggle(token) {
    const now = picked();
    pick(now.includes(token) ? now.filter((one) => one !== token) : [...now, token]);
  }
  /* A part that holds one span only: the same span once more takes it away. */
  function span(key, first, last) {
    const token = `${key}:${first}..${last}`;
    const others = picked().filter((one) => !one.startsWith(key + ":"));
    pick(picked().includes(token) || (first === "" && last === "") ? others : [...others, token]);
  }

  /* ---- cells of weekday and hour ---- */
  function run(text) {
    const [first, last] = text.split("-").map(Number);
    return Array.from({ length: (last ?? first) - first + 1 }, (_, at) => first + at);
  }
  function cells() {
    const found = new Set();
    picked().filter((one) => one.startsWith("hour:")).forEach((one) => {
      const [weekdays, hours] = one.slice(5).split(".");
      run(weekdays).forEach((weekday) => run(hours).forEach((hour) => found.add(weekday + "." + hour)));
    });
    return found;
  }
  function runs(numbers) {
    const found = [];
    numbers.forEach((n) => {
      const last = found[found.length - 1];
      if (last && last[1] === n - 1) { last[1] = n; } else { found.push([n, n]); }
    });
    return found.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
  }
  function pickCells(chosen) {
    const weekdaysOf = new Map();
    for (let weekday = 1; weekday <= 7; weekday += 1) {
      const hours = [...Array(24).keys()].filter((hour) => chosen.has(weekday + "." + hour));
      runs(hours).forEach((text) => weekdaysOf.set(text, [...(weekdaysOf.get(text) || []), weekday]));
    }
    const tokens = [...weekdaysOf].flatMap(([hours, weekdays]) => runs(weekdays).map((days) => `hour:${days}.${hours}`));
    pick([...picked().filter((one) => !one.startsWith("hour:")), ...tokens]);
  }
  function toggleCell(weekday, hour) {
    const chosen = cells(), cell = weekday + "." + hour;
    if (!chosen.delete(cell)) { chosen.add(cell); }
    pickCells(chosen);
  }

  /* ---- the three figures ---- */
  const figure = (name) => { const host = byId(name + "-figure"); return host?.plot ? host : null; };
  const nameOf = (event) => FIGURES.find((name) => event.target.id === `explore-${name}-figure`);
  const hours = (value) => String(Number(Number(value).toPrecision(6)));

  function pickSpan(name, spans) {
    const first = spans[0], last = spans[spans.length - 1];
    if (name === "days") { span("day", first[0], last[1]); } else { span("lasted", hours(first[0]), hours(last[1])); }
  }
  document.addEventListener("plot-click", (event) => {
    const name = nameOf(event), { mark, custom } = event.detail;
    if (name === "hours") { toggleCell(mark.row + 1, mark.column); } else if (name && custom) { pickSpan(name, [custom]); }
  });
  document.addEventListener("plot-select", (event) => {
    const name = nameOf(event), { marks } = event.detail;
    if (!name || !marks.length) { return; }
    if (name === "hours") { pickCells(new Set(marks.map(({ mark }) => `${mark.row + 1}.${mark.column}`))); return; }
    pickSpan(name, marks.filter(({ custom }) => custom).sort((a, b) => a.mark.n - b.mark.n).map(({ custom }) => custom));
  });

  /* Arrow keys move over the hours, Enter picks: a heatmap alone knows only the mouse. */
  const cursor = { weekday: 0, hour: 8 };
  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  function walkHours(event) {
    const graph = figure("hours"), move = MOVES[event.key];
    if (!graph || !(move || event.key === "Enter" || event.key === " ")) { return; }
    event.preventDefault();
    if (!move) { toggleCell(cursor.weekday + 1, cursor.hour); return; }
    cursor.weekday = (cursor.weekday + move[0] + 7) % 7;
    cursor.hour = (cursor.hour + move[1] + 24) % 24;
    showCursor();
    byId("hours-note").textContent = graph.plot.data[0].hovertext[cursor.weekday][cursor.hour].split("<br>").slice(0, 2).join("：").replace(/<[^>]*>/g, "");
  }
  function showCursor() {
    const host = figure("hours"), mark = host?.plot.marks.find(({ row, column }) => row === cursor.weekday && column === cursor.hour);
    if (!mark) { return; }
    const svg = host.firstChild, { box } = mark;
    const frame = svg.querySelector(".explore-cursor") || svg.appendChild(document.createElementNS(svg.namespaceURI, "rect"));
    Object.entries({ class: "explore-cursor", x: box.x0 - 1, y: box.y0 - 1, width: box.x1 - box.x0 + 2, height: box.y1 - box.y0 + 2 })
      .forEach(([name, value]) => frame.setAttribute(name, value));
  }
  function reachHours() {
    const host = byId("hours-figure");
    if (!host || host.tabIndex === 0) { return; }
    Object.assign(host, { tabIndex: 0, onkeydown: walkHours, onfocus: (event) => { if (host.matches(":focus-visible")) { showCursor(); } } });
    host.setAttribute("role", "application");
    host.setAttribute("aria-labelledby", "explore-hours-title");
  }

  /* ---- from and to, typed ---- */
  const INPUTS = { days: ["day", "text"], durations: ["lasted", "number"] };
  const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
  function showSpans() {
    Object.entries(INPUTS).forEach(([name, [key, type]]) => {
      const host = byId(name + "-span");
      if (!host.children.length) { host.append(...["from", "to"].map((end) => input(name, key, type, end))); }
      const values = (picked().find((one) => one.startsWith(key + ":")) || ":..").slice(key.length + 1).split("..");
      [...host.children].forEach((one, at) => { if (document.activeElement !== one) { one.value = values[at] || ""; } });
    });
  }
  function typed(host, key, type) {
    const [first, last] = [...host.children].map((one) => one.value.trim());
    const isWhole = type === "number" ? last === "" || Number(last) > Number(first) : [first, last].every((day) => !day || isDay(day)) && !(first && last && last < first);
    [...host.children].forEach((one) => one.setCustomValidity(isWhole ? "" : "?"));
    if (isWhole) { if (type === "number") { span(key, first, last); } else { span(key, first || last, last || first); } }
  }
  function input(name, key, type, end) {
    const made = make("input", "explore-input");
    const { words } = explore.data;
    Object.assign(made, { type, min: type === "number" ? 0 : "", step: "any", placeholder: type === "number" ? words[end] : `${words[end]} ${words.day_form}` });
    made.setAttribute("aria-label", `${words[name + "_span"]} ${words[end]}`);
    made.title = `${words[name + "_span"]} ${words[end]}`;
    made.addEventListener("change", () => typed(made.parentNode, key, type));
    return made;
  }

  /* ---- undo is the browser's own history; its entries know how many steps on this page lie behind them ---- */
  let step = -1, knownRow = null;
  function markStep() {
    if (zhili.isLate()) { return; }   /* its entry comes, and says so */
    const known = window.history.state?.exploreStep;
    step = known ?? step + 1;
    if (known === undefined) { window.history.replaceState({ ...window.history.state, exploreStep: step }, ""); }
    byId("undo").disabled = step < 1;
  }
  document.addEventListener("zhili-written", () => { if (byId("chips") && explore.data) { markStep(); } });
  function undo() { if (step > 0) { window.history.back(); } }
  window.addEventListener("popstate", () => {
    if (!byId("chips")) { return; }
    step = window.history.state?.exploreStep ?? 0;
    byId("undo").disabled = step < 1;
    if (explore.data) { showPicked(); }
  });
  document.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (!isUndo || !byId("chips") || event.target.closest?.("input, textarea, [contenteditable]")) { return; }
    event.preventDefault();
    undo();
  });
  document.addEventListener("click", (event) => {
    const host = event.target.closest?.("#explore-undo, #explore-clear, #explore-chips button");
    if (!host) { return; }
    if (host.id === "explore-undo") { undo(); } else if (host.id === "explore-clear") { pick([]); } else { toggle(host.dataset.token); }
  });

  /* ---- what a hover says ---- */
  let tip = null;
  function showTip(lines, x, y) {
    tip = tip?.isConnected ? tip : document.body.appendChild(make("div", "explore-tip"));
    tip.replaceChildren(...lines.map((line, at) => make(at ? "span" : "b", "", line)));
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 14, window.innerWidth - box.width - 8)) + "px";
    tip.style.top = (y + 14 + box.height > window.innerHeight ? y - box.height - 10 : y + 14) + "px";
  }
  function hideTip() { if (tip) { tip.hidden = true; } }
  /* `about()` gives [name, count, total] of what the pointer or the focus is on. */
  function tells(element, about) {
    const lines = () => {
      const [of, n, total] = about();
      const share = total ? ((100 * n) / total).toFixed(1) : "–";
      return [...fill(explore.data.words.hover, { of, n: number(n), total: number(total), share }).split("<br>"), ...explore.data.below];
    };
    element.addEventListener("pointermove", (event) => showTip(lines(), event.clientX, event.clientY));
    element.addEventListener("pointerleave", hideTip);
    element.addEventListener("focus", () => {
      const box = element.getBoundingClientRect();
      if (element.matches(":focus-visible")) { showTip(lines(), box.left + box.width / 2, box.bottom); }
    });
    element.addEventListener("blur", hideTip);
  }

  /* ---- drawing ---- */
  function showPicked() {
    if (!byId("chips") || !explore.data) { return; }
    byId("clear").disabled = picked().length === 0;
    showSpans();
    explore.lists.showPicked();
    explore.map.showPicked();
  }
  function chip({ token, text }) {
    const button = make("button", "explore-chip", make("span", "", text), make("i", "", "×"));
    button.type = "button";
    button.dataset.token = token;
    button.setAttribute("aria-label", fill(explore.data.words.drop, { what: text }));
    return make("li", "", button);
  }
  function draw(data) {
    const row = byId("chips");
    if (!data || !row) { return; }
    if (row !== knownRow) { knownRow = row; step = -1; }
    if (data.failed) { return; }
    explore.data = data;
    row.replaceChildren(...data.chips.map(chip));
    byId("hint").textContent = data.hint;
    markStep();
    explore.lists.draw(data);
    explore.map.draw(data.map);
    showPicked();
    reachHours();
    row.dataset.drawn = data.sel;
  }

  Object.assign(explore, { byId, make, number, fill, picked, toggle, tells, hideTip, figure });
  zhili.answers.takers["explore-data"] = draw;
})();
