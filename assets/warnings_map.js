/* The map of `/warnings`: outlines are fetched once and stay; a new list only changes which class each grid has.
   A grid has the colour of the gravest warning there, a mark with its letter stands at each; a click chooses. */
(function () {
  "use strict";
  const GRID = 3, STEP = 1.6, CLOSEST = 20, MOST_MARKS = 150;
  const { state, on, make, button, say, write, byId, choose, askExtents } = window.zhili.warnings;
  const { element, take, laid } = window.zhili.outlines;
  const map = { url: null, areas: null, svg: null, grids: new Map(), marks: null, chosen: null, at: null, whole: null, view: null, over: new Map(), wanted: null };

  function build(host) {
    const { areas } = map;
    Object.assign(map, laid(areas, areas.shape.map((_, index) => index), 12));
    const drawnAt = (level) => areas.id.map((_, index) => index).filter((index) => areas.level[index] === level && areas.shape[index].length);
    map.grids = new Map(drawnAt(GRID).map((index) => [index, element("path", { d: map.line(index), class: "warnings-grid", "data-index": index })]));
    map.whole = [...map.view];
    map.marks = element("g", { class: "warnings-marks" });
    map.chosen = element("g", { class: "warnings-extent" });
    const towns = element("g", { class: "warnings-towns" }, ...drawnAt(1).map((index) => element("path", { d: map.line(index) })));
    map.names = element("g", { class: "warnings-names" });
    map.svg = element("svg", { viewBox: map.view.join(" "), class: "warnings-svg" }, element("g", {}, ...map.grids.values()), towns, map.chosen, map.names, map.marks);
    map.svg.addEventListener("click", pick);
    map.svg.addEventListener("wheel", wheel, { passive: false });
    map.svg.addEventListener("pointerdown", drag);
    map.towns = drawnAt(1);
    const faces = [["+", "zoom_in", () => zoom(STEP)], ["−", "zoom_out", () => zoom(1 / STEP)], ["⤢", "zoom_whole", () => zoom(1 / CLOSEST)]];
    host.replaceChildren(map.svg, make("div", "warnings-zoom", ...faces.map(([face, key, does]) => button("", face, does, { title: say(key), "aria-label": say(key) }))));
  }

  /* ---- closer ---- */
  function size() {
    const box = map.svg.getBoundingClientRect();
    return Math.min(box.width / map.view[2], box.height / map.view[3]) || 1;   /* pixels a unit */
  }
  function zoom(factor, x = map.view[0] + map.view[2] / 2, y = map.view[1] + map.view[3] / 2) {
    const { whole, view } = map, width = Math.min(whole[2], Math.max(whole[2] / CLOSEST, view[2] / factor)), share = width / view[2];
    map.view = width === whole[2] ? [...whole] : [x - (x - view[0]) * share, y - (y - view[1]) * share, width, view[3] * share];
    look();
  }
  function look() { map.svg.setAttribute("viewBox", map.view.join(" ")); drawMarks(); }
  function place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }
  function wheel(event) {
    if (!event.ctrlKey) { return; }
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, ...place(event));
  }
  let moved = false;
  function drag(event) {
    moved = false;
    if (event.button || map.view[2] >= map.whole[2]) { return; }
    const from = place(event), start = [event.clientX, event.clientY];
    const move = (now) => {
      moved ||= Math.hypot(now.clientX - start[0], now.clientY - start[1]) > 4;
      const at = place(now);
      map.view = [map.view[0] + from[0] - at[0], map.view[1] + from[1] - at[1], map.view[2], map.view[3]];
      look();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", () => window.removeEventListener("pointermove", move), { once: true });
  }

  /* ---- what the list says ---- */
  async function draw() {
    const host = byId("map"), found = state.list;
    if (!host || !found?.extents) { return; }
    const { url, failed } = found.extents;
    map.wanted = found;
    if (failed) { host.replaceChildren(make("p", "warnings-note refused", failed)); map.svg = null; return; }
    if (!url) { host.replaceChildren(make("p", "warnings-note", say("no_map"))); map.svg = null; write(byId("map-note"), ""); return; }
    if (map.url !== url) {
      try { Object.assign(map, { areas: await take(url), url, svg: null }); } catch (error) { host.replaceChildren(make("p", "warnings-note", say("no_map"))); return; }
    }
    if (map.wanted !== found || !host.isConnected) { return; }
    if (!map.svg || !host.contains(map.svg)) { build(host); }
    paint(found);
    drawMarks();
    drawChosen();
    write(byId("map-note"), `${say("map_legend")} · ${say("whole_area")}`);
  }
  /* The gravest warning at each grid, and all of them for a click; those over several towns paint nothing. */
  function paint({ rows, extents }) {
    map.over = new Map();
    rows.filter((row) => extents.places[row.id]?.[2]).forEach((row) => extents.places[row.id][1].forEach((index) => { if (!map.over.has(index)) { map.over.set(index, []); } map.over.get(index).push(row); }));
    map.grids.forEach((path, index) => {
      const there = map.over.get(index), grade = there ? Math.max(...there.map((row) => row.grade)) : 0;
      const wanted = grade ? `warnings-grid warning-fill-${grade}` : "warnings-grid";
      if (path.getAttribute("class") !== wanted) { path.setAttribute("class", wanted); }
    });
  }
  function centre(id) {
    const [area, grids] = map.wanted.extents.places[id] || [-1, []], { label } = map.areas;
    const points = grids.map((index) => label[index]).filter(Boolean);
    if (!points.length) { return area >= 0 && label[area] ? map.at(label[area]) : null; }
    const middle = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
    return map.at(points.reduce((best, point) => (Math.hypot(point[0] - middle[0], point[1] - middle[1]) < Math.hypot(best[0] - middle[0], best[1] - middle[1]) ? point : best)));
  }
  /* A mark is as large on any map; where several would stand on one place there is one, the gravest, with how many they are. */
  function drawMarks() {
    if (!map.svg || !map.wanted) { return; }
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize), r = (0.72 * rem) / size(), taken = [];
    map.wanted.rows.slice(0, MOST_MARKS).forEach((row) => {
      if (!map.wanted.extents.places[row.id]?.[2]) { return; }
      const spot = centre(row.id);
      if (!spot) { return; }
      const same = taken.find(({ x, y }) => Math.hypot(x - spot[0], y - spot[1]) < 2.5 * r);
      if (same) { same.rows.push(row); } else { taken.push({ x: spot[0], y: spot[1], rows: [row] }); }
    });
    map.marks.replaceChildren(...taken.map(({ x, y, rows }) => {
      const [first] = rows, is = rows.some((row) => String(row.id) === state.query.warning);
      const title = element("title", {});
      title.textContent = rows.map((row) => `${row.letter} ${row.sentence}`).join("\n");
      const text = element("text", { x: x.toFixed(1), y: (y + 0.4 * r).toFixed(1), "font-size": (1.15 * r).toFixed(1) });
      text.textContent = first.letter + (rows.length > 1 ? rows.length : "");
      const tall = (is ? 2.4 : 2) * r, wide = tall + (rows.length > 1 ? 0.75 * r * String(rows.length).length : 0);
      const ring = element("rect", { x: (x - wide / 2).toFixed(1), y: (y - tall / 2).toFixed(1), width: wide.toFixed(1), height: tall.toFixed(1), rx: (tall / 2).toFixed(1), class: `warning-fill-${first.grade}`, "stroke-width": ((is ? 0.24 : 0.1) * r).toFixed(1) });
      return element("g", { class: `warnings-mark${is ? " is-chosen" : ""}`, "data-ids": rows.map((row) => row.id).join() }, title, ring, text);
    }));
    drawNames(rem, taken, r);
  }
  function drawNames(rem, taken, r) {
    const font = (0.8 * rem) / size(), isFree = (index) => {
      const [x, y] = map.at(map.areas.label[index]), half = (font * map.areas.name[index].length) / 2;
      return !taken.some((mark) => Math.abs(mark.x - x) < half + r && Math.abs(mark.y - (y + 1.9 * font)) < 0.6 * font + r);
    };
    map.names.replaceChildren(...map.towns.filter((index) => map.areas.label[index] && isFree(index)).map((index) => {
      const [x, y] = map.at(map.areas.label[index]), text = element("text", { x: x.toFixed(1), y: (y + 2.2 * font).toFixed(1), "font-size": font.toFixed(1), "stroke-width": (font / 4).toFixed(1) });
      text.textContent = map.areas.name[index];
      return text;
    }));
  }
  /* Of a whole area its own outline; of some grids theirs. */
  function drawChosen() {
    if (!map.svg || !map.wanted) { return; }
    const [area, grids] = map.wanted.extents.places[state.query.warning] || [-1, []];
    const isWhole = area >= 0 && map.areas.shape[area]?.length && (!grids.length || grids.length === inside(area));
    const path = (index) => element("path", { d: map.line(index), "vector-effect": "non-scaling-stroke" });
    map.chosen.replaceChildren(...(isWhole ? [area] : grids).map(path));
    map.chosen.setAttribute("class", `warnings-extent${isWhole || grids.length < 40 ? "" : " many"}`);
  }
  function inside(area) {
    let found = 0;
    map.grids.forEach((_, index) => { for (let at = index; at >= 0; at = map.areas.parent[at]) { if (at === area) { found += 1; return; } } });
    return found;
  }

  /* A click on a mark or a grid chooses the gravest there; on the chosen one, the next. */
  function pick(event) {
    if (moved) { return; }
    const mark = event.target.closest("[data-ids]"), grid = event.target.closest("[data-index]");
    const ids = mark ? mark.dataset.ids.split(",") : grid ? (map.over.get(Number(grid.dataset.index)) || []).map((row) => String(row.id)) : [];
    if (ids.length) { choose(ids[(ids.indexOf(state.query.warning) + 1) % ids.length]); }
  }

  on("start", () => { map.svg = null; });
  on("extents", draw);
  on("choose", () => { if (map.svg && map.wanted) { drawMarks(); drawChosen(); } });
  on("one", () => { const places = map.wanted?.extents?.places; if (places && state.one?.id && !places[state.one.id]) { askExtents(); } });   /* one that is not listed */
  window.addEventListener("resize", () => { if (map.svg?.isConnected) { drawMarks(); } });
})();
