/* The maps of `/risk`: below, the grids' colours, of which a frame paints only those that have changed; above, what stays:
   borders, hatching, marks, routes and names. */
(function () {
  "use strict";
  const { risk } = window.zhili;
  const { state, on, make, say, write, show, number, byId, surface, choose } = risk;
  const TOP_SHARE = 0.05;
  const panes = { first: null, second: null };
  let hovered = -1, asked = null;

  /* ---- canvases ---- */
  function pane(name) {
    const host = byId(name);
    if (panes[name]?.host === host) { return panes[name]; }
    const base = make("canvas", "risk-canvas"), over = make("canvas", "risk-canvas");
    base.setAttribute("aria-hidden", "true");
    over.setAttribute("role", "img");
    host.replaceChildren(base, over);
    const made = { host, base: base.getContext("2d", { alpha: false }), over: over.getContext("2d"), shown: new Int16Array(0), pixels: 1, spot: null };
    over.addEventListener("pointermove", (event) => hover(risk.ground.url ? risk.ground.under(event) : -1));
    over.addEventListener("pointerleave", () => hover(-1));
    over.addEventListener("pointerdown", (event) => { if (risk.ground.url) { risk.ground.drag(event); } });
    over.addEventListener("wheel", (event) => { if (risk.ground.url) { risk.ground.wheel(event); } }, { passive: false });
    over.addEventListener("click", (event) => {
      const at = risk.ground.url && !risk.ground.moved ? risk.ground.under(event) : -1;
      if (at >= 0) { choose(idOf(at)); }
    });
    panes[name] = made;
    return made;
  }
  const idOf = (k) => risk.ground.areas.id[risk.ground.drawn[k]];

  /* Fits the canvases to their box and its pixels; everything has then to be painted anew. */
  function fit(one) {
    const box = one.host.getBoundingClientRect(), pixels = window.devicePixelRatio || 1, { ground } = risk;
    const width = Math.max(1, Math.round(box.width * pixels)), height = Math.max(1, Math.round(box.height * pixels));
    [one.base, one.over].forEach(({ canvas }) => { if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; } });
    const { scale, dx, dy } = ground.laidIn(box.width, box.height);
    one.pixels = pixels;
    one.unit = 1 / scale;   /* a CSS pixel in units of the map */
    one.spot = [scale * pixels, 0, 0, scale * pixels, dx * pixels, dy * pixels];
    one.shown = new Int16Array(ground.drawn.length).fill(-2);
    one.base.setTransform(1, 0, 0, 1, 0, 0);
    one.base.fillStyle = risk.shades.token("--surface");
    one.base.fillRect(0, 0, width, height);
    one.over.setTransform(1, 0, 0, 1, 0, 0);
    one.over.clearRect(0, 0, width, height);
    [one.base, one.over].forEach((context) => context.setTransform(...one.spot));
  }

  /* ---- below ---- */
  function paint(one, field) {
    const { ground, shades, heat } = risk;
    if (surface() === "heat") { heat.paint(one.base, field.values, field.heatTop); return; }
    const { colours } = shades.shades(), most = shades.STEPS - 1, { values, top } = field, { slots, paths } = ground, context = one.base;
    for (let k = 0; k < paths.length; k += 1) {
      const slot = slots[k], level = slot < 0 ? 0 : Math.round(Math.sqrt(Math.min(1, values[slot] / top)) * most);
      if (one.shown[k] === level) { continue; }
      one.shown[k] = level;
      context.fillStyle = colours[level];
      context.fill(paths[k], "evenodd");
    }
  }

  /* ---- above ---- */
  function cover(one, field) {
    const { ground, shades } = risk, context = one.over, line = (path, colour, width) => { context.strokeStyle = colour; context.lineWidth = width * one.unit; context.stroke(path); };
    const rem = window.zhili.rem(), unknown = new Path2D(), unsure = new Path2D(), marked = new Path2D();
    ground.slots.forEach((slot, k) => { if (slot < 0 || !state.data.known[slot]) { unknown.addPath(ground.paths[k]); } });
    if (field.isComing && surface() === "cells") { state.data.top.filter((row) => row.low < 0.5 && ground.spot.has(row.grid)).forEach((row) => unsure.addPath(ground.paths[ground.spot.get(row.grid)])); }
    tiled(one, unknown, "none");
    tiled(one, unsure, "unsure");
    if (surface() === "heat" || ground.areaIndex() !== undefined) { outside(one); }
    context.lineJoin = "round";
    line(ground.every, shades.token("--map-border"), surface() === "heat" ? 0.35 : 0.6);
    line(ground.townLines, shades.token("--map-town"), 0.11 * rem);
    (field.marked || []).forEach((slot) => { const k = ground.spot.get(state.data.grids[slot]); if (k !== undefined) { marked.addPath(ground.paths[k]); } });
    line(marked, shades.token("--map-chosen"), 0.09 * rem);
    names(one, rem);
    if (field.isComing) { risk.patrol.route(one); }
    const chosen = ground.spot.get(state.query.grid);
    [hovered, chosen ?? -1].filter((k) => k >= 0).forEach((k) => { line(ground.paths[k], shades.token("--ground"), 0.36 * rem); line(ground.paths[k], shades.token("--map-strong"), (k === chosen ? 0.2 : 0.13) * rem); });
  }
  /* A pattern is as large on the screen however near the map is. */
  function tiled(one, path, kind) {
    const fill = risk.shades.pattern(one.over, kind, one.pixels), [scale, , , , dx, dy] = one.spot;
    fill.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, -dx / scale, -dy / scale]));
    one.over.fillStyle = fill;
    one.over.fill(path, "evenodd");
  }
  /* What lies outside the district is ground; what lies outside the chosen area stands back. */
  function outside(one) {
    const { ground, shades } = risk, area = ground.areaIndex(), [x, y, w, h] = ground.whole, far = `M${x - 9e3} ${y - 9e3}H${x + w + 9e3}V${y + h + 9e3}H${x - 9e3}Z`;
    const around = (inner, alpha) => { const path = new Path2D(far); path.addPath(inner); one.over.globalAlpha = alpha; one.over.fillStyle = shades.token("--surface"); one.over.fill(path, "evenodd"); one.over.globalAlpha = 1; };
    if (surface() === "heat") { around(ground.outline, 1); }
    if (area !== undefined && ground.areas.shape[area].length) { around(new Path2D(ground.line(area)), 0.7); }
  }
  function names(one, rem) {
    const { ground, shades } = risk, context = one.over, size = 0.8 * rem * one.unit, taken = [];
    context.font = `600 ${size}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    ground.towns.forEach((index) => {
      const label = ground.areas.label[index];
      if (!label) { return; }
      const [x, y] = ground.at(label), text = ground.areas.name[index], half = context.measureText(text).width / 2;
      if (taken.some(([a, b, other]) => Math.abs(a - x) < half + other && Math.abs(b - y) < 1.2 * size)) { return; }
      taken.push([x, y, half]);
      context.strokeStyle = shades.token("--map-name-halo");
      context.lineWidth = size / 3;
      context.strokeText(text, x, y);
      context.fillStyle = shades.token("--map-name");
      context.fillText(text, x, y);
    });
  }

  /* ---- all of it ---- */
  function eachPane(does) {
    if (!state.data || !risk.ground.url || !risk.ground.slots) { return; }
    risk.time.fields().forEach((field, at) => does(pane(at ? "second" : "first"), field));
  }
  const frame = () => eachPane((one, field) => paint(one, field));
  function draw() {
    if (!state.data) { return; }
    const isSplit = risk.time.fields().length > 1;
    show(byId("pane-second"), isSplit);
    state.host.classList.toggle("is-split", isSplit);
    eachPane((one, field) => { fit(one); paint(one, field); cover(one, field); one.over.canvas.setAttribute("aria-label", say("map_label", { title: field.title })); });
    tellReadout();
  }
  function coverAgain() {
    eachPane((one, field) => { one.over.save(); one.over.setTransform(1, 0, 0, 1, 0, 0); one.over.clearRect(0, 0, one.over.canvas.width, one.over.canvas.height); one.over.restore(); cover(one, field); });
    tellReadout();
  }
  async function renew() {
    const mine = state.data;
    asked = mine;
    if (mine.url && risk.ground.url === mine.url) { show(byId("stage"), true); draw(); return; }   /* the outlines are there: nothing to wait for */
    const found = await risk.ground.ready(mine);
    if (asked !== mine || state.data !== mine) { return; }
    show(byId("stage"), found);
    if (!found) { byId("legend").replaceChildren(make("p", "risk-hint", say("no_map"))); return; }
    risk.time.prepare();
    risk.emit("area");   /* which grids lie in the chosen area is known only now */
  }

  /* ---- what a grid says ---- */
  let soon = 0;
  function hover(k) {
    if (k === hovered) { return; }
    hovered = k;
    soon ||= window.requestAnimationFrame(() => { soon = 0; if (!risk.time.isPlaying()) { coverAgain(); } else { tellReadout(); } });
  }
  function tellReadout() {
    const host = byId("readout"), id = hovered >= 0 && risk.ground.areas ? idOf(hovered) : state.query.grid, slot = state.place?.get(id);
    if (!id || !state.data || (hovered < 0 && slot === undefined)) { write(host, say("readout_hint")); return; }
    const { data } = state, name = slot === undefined ? risk.ground.areas?.name[risk.ground.areas.place.get(id)] || id : data.names[slot];
    const kind = slot === undefined ? "" : data.kinds[slot];
    const lines = slot === undefined || !data.known[slot] ? say("readout_none") : risk.time.said(slot);
    host.replaceChildren(make("b", "", name), make("span", "", lines), ...(kind ? [make("span", "risk-readout-kind", `${say("kind_" + kind)}: ${say(`kind_${kind}_what`)}`.replace(": ", state.lang === "zh" ? "：" : ": "))] : []));
  }

  on("start", () => {
    panes.first = panes.second = null;
    hovered = -1;
    new ResizeObserver(() => draw()).observe(byId("stage"));
  });
  on("surface", () => { draw(); });
  on("theme", draw);
  on("choose", coverAgain);
  on("patrol", coverAgain);
  on("area", () => { if (risk.ground.areas && state.data) { risk.ground.zoomToArea(); draw(); } });

  risk.map = { renew, draw, frame, coverAgain, TOP_SHARE };
})();
