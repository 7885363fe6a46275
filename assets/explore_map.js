/* The map of `/explore`: the same outlines as the grid map, as one plain SVG whose areas are picked by a click. */
(function () {
  "use strict";
  const MOST_NAMES = 60, MANY = 200;
  const { explore, outlines: { element, take, laid } } = window.zhili;
  const { byId, make, number } = explore;
  const state = { url: null, areas: null, svg: null, drawn: "", paths: new Map() };

  function isInside(index, top) {
    for (let at = index; at >= 0; at = state.areas.parent[at]) { if (at === top) { return true; } }
    return top === undefined;
  }

  function levelInside(level, top) {
    return state.areas.id.map((_, index) => index).filter((index) => state.areas.level[index] === level && state.areas.shape[index].length && isInside(index, top));
  }

  /* ---- drawing: anew when level, area or outlines change, else only shades ---- */
  async function draw(values) {
    const host = byId("map-figure");
    if (values.failed || !values.url) { host.replaceChildren(make("p", "explore-empty", values.failed ? "" : explore.data.words.no_map)); state.drawn = ""; return; }
    if (state.url !== values.url) {
      const areas = await take(values.url);
      Object.assign(state, { areas, url: values.url, drawn: "" });
    }
    if (explore.data.map !== values || !host.isConnected) { return; }   /* a newer answer has come meanwhile */
    const key = [values.url, values.level, values.area].join();
    if (state.drawn !== key || !host.contains(state.svg)) { build(host, values); state.drawn = key; }
    paint(values);
    legend(host, values);
    showPicked();
  }

  function build(host, values) {
    const { areas } = state, top = areas.place.get(values.area);
    const mine = levelInside(values.level, top);
    const { at, line, view } = laid(areas, mine, 8);
    state.paths = new Map(mine.map((index) => [index, areaPath(index, line(index))]));
    const said = named(values.level, top), border = said.length && areas.level[said[0]] < values.level ? areas.level[said[0]] : values.level - 1;
    const borders = border > 0 ? levelInside(border, top) : [];
    state.svg = element("svg", { viewBox: view.join(" "), class: "explore-svg", role: "group", "aria-labelledby": "explore-map-title" },
      hatch(), element("g", {}, ...state.paths.values()),
      element("g", { class: "explore-borders" }, ...borders.map((index) => element("path", { d: line(index) }))));
    host.replaceChildren(state.svg);
    explore.zoom.watch(host, state.svg);
    state.svg.append(names(host, said, at, view));
    state.svg.classList.toggle("explore-many", mine.length > MANY);
    const first = state.paths.values().next().value;
    if (first) { first.setAttribute("tabindex", "0"); }
  }
  /* The finest level, down to the one that is drawn, of which there are few enough to be named. */
  function named(level, top) {
    for (let one = level; one > 0; one -= 1) {
      const found = levelInside(one, top);
      if (found.length <= MOST_NAMES) { return found; }
    }
    return [];
  }

  function areaPath(index, d) {
    const token = "area:" + state.areas.id[index];
    const path = element("path", { d, class: "explore-area", tabindex: "-1", role: "button", "data-token": token, "aria-label": state.areas.name[index] });
    path.addEventListener("click", () => explore.toggle(token));
    path.addEventListener("keydown", (event) => walk(event, path, token));
    explore.tells(path, () => [way(index), explore.data.map.value[index] ?? 0, explore.data.map.total]);
    return path;
  }
  function way(index) {
    const names = [];
    for (let at = index; at >= 0 && state.areas.parent[at] >= 0; at = state.areas.parent[at]) { names.unshift(state.areas.name[at]); }
    return names.join(" › ") || state.areas.name[index];
  }
  function walk(event, path, token) {
    const all = [...state.paths.values()], at = all.indexOf(path);
    const to = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); explore.toggle(token); }
    if (!to) { return; }
    event.preventDefault();
    const next = all[(at + to + all.length) % all.length];
    path.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }
  function hatch() {
    return element("defs", {}, element("pattern", { id: "explore-hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      element("rect", { width: 8, height: 8, class: "map-hatch-ground" }), element("rect", { width: 2, height: 8, class: "map-hatch-line" })));
  }

  /* Names where they fit; one that would stand on another is left to the hover. */
  function names(host, indexes, at, view) {
    const box = window.zhili.plot.sizeOf(host);   /* as it was seen last: to ask now would have the whole page laid out */
    const size = (0.85 * window.zhili.rem()) / Math.max(0.01, Math.min(box.width / view[2], box.height / view[3]));
    const taken = [];
    return element("g", { class: "explore-names", "font-size": size.toFixed(1), "stroke-width": (size / 4).toFixed(1) }, ...indexes.map((index) => {
      const [x, y] = at(state.areas.label[index] || [0, 0]), text = state.areas.name[index];
      const half = (size * text.length * (/[^\x00-\x7f]/.test(text) ? 1 : 0.55)) / 2;
      if (!state.areas.label[index] || taken.some(([a, b, h]) => Math.abs(a - x) < half + h && Math.abs(b - y) < size * 1.15)) { return ""; }
      taken.push([x, y, half]);
      return element("text", { x: x.toFixed(1), y: (y + size / 3).toFixed(1), "text-anchor": "middle" }, text);
    }));
  }

  function shadeOf(value, { edges, shades }) {
    if (value === null || value === undefined) { return "none"; }
    let at = 0;
    while (at + 1 < edges.length && value >= edges[at + 1]) { at += 1; }
    return value === 0 ? 0 : shades[at] ?? 0;   /* nothing is the palest, also where there is nothing else */
  }
  function paint(values) {
    state.paths.forEach((path, index) => {
      path.setAttribute("class", `explore-area map-shade-${shadeOf(values.value[index], values)}`);
      path.setAttribute("aria-label", `${state.areas.name[index]} ${number(values.value[index] ?? 0)}`);
    });
  }
  function legend(host, values) {
    host.querySelector(".explore-legend")?.remove();
    const last = values.edges.length - 1;
    const said = (at) => (at === last && values.edges[at] ? `≥ ${number(values.edges[at])}` : at < last && values.edges[at + 1] - 1 > values.edges[at] ? `${number(values.edges[at])}–${number(values.edges[at + 1] - 1)}` : number(values.edges[at]));
    const steps = values.edges.map((_, at) => make("span", "", make("i", `explore-swatch map-swatch-${shadeOf(values.edges[at], values)}`), said(at))).reverse();
    const made = make("div", "explore-legend", ...steps);
    if (values.can_pick_unplaced && values.unplaced) {
      const button = make("button", "explore-chip", `${explore.data.words.unknown_area} ${number(values.unplaced)}`);
      Object.assign(button, { type: "button", onclick: () => explore.toggle("area:~") });
      button.dataset.unplaced = "1";
      made.append(button);
    }
    host.append(made);
  }

  function showPicked() {
    const now = new Set(explore.picked()), any = [...now].some((token) => token.startsWith("area:"));
    const inside = (index) => { for (let at = index; at >= 0; at = state.areas.parent[at]) { if (now.has("area:" + state.areas.id[at])) { return true; } } return false; };
    state.paths.forEach((path, index) => {
      path.classList.toggle("explore-pale", any && !inside(index));
      path.classList.toggle("explore-on", now.has("area:" + state.areas.id[index]));
      path.setAttribute("aria-pressed", String(now.has("area:" + state.areas.id[index])));
    });
    document.querySelector("[data-unplaced]")?.setAttribute("aria-pressed", String(now.has("area:~")));
  }

  explore.map = { draw: (values) => draw(values).catch((error) => console.warn(error.message)), showPicked, state };
})();
