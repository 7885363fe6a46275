/* The grid map in the browser: outlines are fetched once and stay; a new answer only changes which class each path has.
   Pieces arrive in any order (map, outlines, values, chosen area); every arrival is kept and drawn when all are there. */
(function () {
  "use strict";
  const GRID = 3;
  const CONTAINER = "map-canvas";
  const zhili = (window.zhili = window.zhili || {});
  const state = { map: null, areas: null, url: null, values: null, chosen: null, wanted: null, fitted: null, layers: null };
  const paints = [];

  function keepMap() {
    if (!window.L) return;
    window.L.Map.addInitHook(function () {
      if (this.getContainer().id !== CONTAINER) return;
      Object.assign(state, { map: this, layers: null, fitted: null });
      this.on("unload", () => { if (state.map === this) Object.assign(state, { map: null, layers: null }); });
      this.on("zoomend moveend resize", () => zhili.gridMap.labels.draw());
      new ResizeObserver(() => { if (state.map === this) { this.invalidateSize({ pan: false }); refit(); } })
        .observe(this.getContainer());
      setTimeout(draw, 0);
    });
  }

  /* ---- outlines ---- */
  async function takeGeometry(url) {
    if (!url || state.url === url) return draw();
    state.url = url;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error("no outlines at " + url);
    const packed = await answer.json(), areas = unpack(packed);
    zhili.knowAreas(packed);
    if (state.url !== url) return;
    clearLayers();
    Object.assign(state, { areas, fitted: null });
    draw();
  }

  function unpack(packed) {
    const children = packed.id.map(() => []);
    packed.parent.forEach((above, index) => { if (above >= 0) children[above].push(index); });
    const place = new Map(packed.id.map((id, index) => [id, index]));
    const shape = packed.shape.map((polygons) => polygons.map((rings) => rings.map((ring) => corners(ring, packed.units))));
    const label = packed.label.map((point) => point && [point[1] / packed.units, point[0] / packed.units]);
    return { ...packed, children, place, shape, label };
  }

  function corners(steps, units) {
    const ring = new Array(steps.length / 2);
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      ring[i / 2] = [y / units, x / units];
    }
    return ring;
  }

  /* ---- the tree ---- */
  function path(index) {
    const way = [];
    for (let at = index; at >= 0; at = state.areas.parent[at]) way.unshift(at);
    return way;
  }

  /* Where a click on a grid leads: one step down from what the grid and the chosen area have in common. */
  function stepTowards(grid) {
    const way = path(grid);
    if (state.chosen === null) return way[Math.min(1, way.length - 1)];
    const here = new Set(path(state.chosen));
    return way.find((area) => !here.has(area)) ?? grid;
  }

  /* The top of everything is the same as no area: the whole map. */
  function choose(index) {
    const whole = index === null || (state.areas.parent[index] < 0 && state.areas.children[index].length > 0);
    zhili.setFilter("area", whole ? null : state.areas.id[index]);
  }

  function goUp() {
    if (!state.areas || state.chosen === null) return;
    const above = state.areas.parent[state.chosen];
    choose(above >= 0 ? above : null);
  }

  /* ---- drawing ---- */
  function clearLayers() {
    if (state.layers) Object.values(state.layers).forEach((layer) => layer.remove());
    state.layers = null;
  }

  function pane(name, z, quiet) {
    const made = state.map.getPane(name) || state.map.createPane(name);
    made.style.zIndex = z;
    if (quiet) made.style.pointerEvents = "none";
    return name;
  }

  function build() {
    const L = window.L, anywhere = state.areas.shape.find((shape) => shape.length)?.[0][0][0] ?? [0, 0];
    layGround();
    /* two planes: a line that is lifted draws no cell anew */
    const cells = zhili.gridMap.plane(pane("map-grids", 300), ["map-ground", "map-cells"], anywhere, stretchHatch);
    const lines = zhili.gridMap.plane(pane("map-lines", 350, true), ["map-lines"], anywhere);
    state.planes = { "map-ground": cells, "map-cells": cells, "map-lines": lines };
    state.layers = { ground: L.layerGroup(), grids: L.layerGroup(), towns: L.layerGroup(), chosen: L.layerGroup() };
    state.areas.id.forEach((_, index) => {
      const shape = state.areas.shape[index];
      if (!shape.length) return;
      if (state.areas.level[index] === GRID) gridPath(index, shape).addTo(state.layers.grids);
      if (state.areas.level[index] === 0) GROUND.forEach((look) => outline(index, look, "map-ground").addTo(state.layers.ground));
      if (state.areas.level[index] < 2) outline(index, "map-line map-line-town").addTo(state.layers.towns);
    });
    Object.values(state.layers).forEach((layer) => layer.addTo(state.map));
    hatch(cells._container);
  }

  /* The site's own tiles, where it has some: they take the place of the drawn ground. */
  function layGround() {
    const frame = state.map.getContainer().closest(".map-frame"), about = JSON.parse(frame.dataset.ground || "null");
    frame.classList.toggle("has-tiles", Boolean(about));
    if (about && !state.map.hasGround) { state.map.hasGround = true; zhili.basemap.layer(about).addTo(state.map); }
  }

  const GROUND = [...[1, 2, 3, 4, 5, 6, 7].map((n) => `map-glow map-glow-${n}`), "map-ground-shape"];

  function outline(indices, className, group = "map-lines") {
    const shapes = [indices].flat().map((index) => state.areas.shape[index]);
    return zhili.gridMap.outline(shapes, state.planes[group], group, { className, interactive: false });
  }

  function gridPath(index, shape) {
    const layer = zhili.gridMap.outline([shape], state.planes["map-cells"], "map-cells", { className: "map-grid", bubblingMouseEvents: false });
    layer.on("mousemove", (event) => { zhili.gridMap.tooltip.show(index, event.originalEvent); lift(stepTowards(index)); });
    layer.on("mouseout", () => { zhili.gridMap.tooltip.hide(); lift(null); });
    layer.on("click", () => choose(stepTowards(index)));
    layer.areaIndex = index;
    return layer;
  }

  function hatch(svg) {
    if (!svg || svg.querySelector("#map-hatch")) return;
    const made = new DOMParser().parseFromString(
      '<svg xmlns="http://www.w3.org/2000/svg"><defs><pattern id="map-hatch" width="6" height="6" patternUnits="userSpaceOnUse" ' +
      'patternTransform="rotate(45)"><rect width="6" height="6" class="map-hatch-ground"/><rect width="1.4" height="6" class="map-hatch-line"/>' +
      "</pattern></defs></svg>", "image/svg+xml");
    svg.insertBefore(document.importNode(made.documentElement.firstChild, true), svg.firstChild);
    stretchHatch();
  }

  /* The hatching stays as fine as it is, however the plane is stretched. */
  let stretch = 1;
  function stretchHatch(times) {
    stretch = times ?? stretch;
    document.getElementById("map-hatch")?.setAttribute("patternTransform", `scale(${1 / stretch}) rotate(45)`);
  }

  /* Which of the seven shades an area has; values for other outlines than these say nothing yet. */
  function shader() {
    const values = state.values?.url === state.url ? state.values : null;
    return (index) => {
      const value = values?.value[index];
      if (value === null || value === undefined) return values ? "none" : "wait";
      let at = 0;
      while (at + 1 < values.edges.length && value >= values.edges[at + 1]) at += 1;
      return values.shades[at];
    };
  }

  /* One class name for each path: colour class, and whether it lies in the chosen area. */
  function paint() {
    const began = performance.now();
    const inside = insideChosen();
    const shadeOf = shader();
    state.layers.grids.eachLayer((layer) => {
      const index = layer.areaIndex, look = `leaflet-interactive map-grid map-shade-${shadeOf(index)}${inside.has(index) ? "" : " map-away"}`;
      const path = layer.getElement();
      if (path && path.getAttribute("class") !== look) path.setAttribute("class", look);   /* what stays is not styled anew */
    });
    zhili.gridMap.legend?.draw(state);
    state.map.getContainer().classList.toggle("map-near", state.chosen !== null);
    requestAnimationFrame(() => requestAnimationFrame(() => paints.push(performance.now() - began)));
    state.map.getContainer().dataset.painted = String(Number(state.map.getContainer().dataset.painted || 0) + 1);
  }

  function insideChosen() {
    const top = state.chosen;
    const inside = new Set();
    const walk = (index) => { inside.add(index); state.areas.children[index].forEach(walk); };
    if (top === null) state.areas.id.forEach((_, index) => inside.add(index));
    else walk(top);
    return inside;
  }

  function drawChosen() {
    const { chosen } = state.layers;
    if (chosen.shows === state.chosen) return;
    chosen.shows = state.chosen;
    chosen.clearLayers();
    if (state.chosen === null) return;
    const inside = state.areas.children[state.chosen].filter((child) => state.areas.level[child] < GRID);
    if (inside.length) outline(inside, "map-line map-line-child").addTo(chosen);
    if (state.areas.level[state.chosen] > 0 && state.areas.shape[state.chosen].length)
      outline(state.chosen, "map-line map-line-chosen").addTo(chosen);
  }

  let lifted = null;
  function lift(index) {
    if (lifted?.index === index) return;
    lifted?.layer.remove();
    lifted = null;
    if (index === null || !state.layers || !state.areas.shape[index]?.length) return;
    lifted = { index, layer: outline(index, "map-line map-line-lifted").addTo(state.map) };
  }

  function fit() {
    const target = state.chosen ?? -1;
    if (state.fitted === target) return;
    const first = state.fitted === null;
    state.fitted = target;
    refit(!first);
  }

  function refit(animate) {
    if (!state.areas || !state.layers) return;
    const shapes = state.chosen === null || !state.areas.shape[state.chosen].length ? state.areas.shape.flat() : state.areas.shape[state.chosen];
    if (!shapes.length) return;
    const bounds = window.L.latLngBounds(shapes.map((rings) => rings[0]).flat());
    const calm = !animate || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const rem = zhili.rem();
    const keys = state.map.getSize().x > 56 * rem ? 19.5 * rem : rem;   /* room for the legend, where there is room */
    const options = { paddingTopLeft: [keys, 2 * rem], paddingBottomRight: [keys > rem ? (zhili.gridMap.points.on() ? 17 : 5) * rem : rem, 2 * rem], maxZoom: 17 };
    if (calm) state.map.fitBounds(bounds, { ...options, animate: false });
    else state.map.flyToBounds(bounds, { ...options, duration: 0.45 });
  }

  function draw() {
    if (state.areas) state.chosen = chosenFrom(state.wanted);
    if (!state.map || !state.areas || !state.map.getContainer().isConnected) return;
    if (!state.layers) {
      if (!state.map._loaded) refitEarly();
      build();
    }
    fit();
    drawChosen();
    paint();
    zhili.gridMap.labels.draw();
    zhili.gridMap.side.draw();
    zhili.gridMap.points.draw();
  }

  function chosenFrom(area) {
    const index = state.areas.place.get(area);
    if (index === undefined || (state.areas.parent[index] < 0 && state.areas.children[index].length > 0)) return null;
    return index;
  }

  function refitEarly() {
    const all = state.areas.shape.flat().map((rings) => rings[0]).flat();
    if (all.length) state.map.fitBounds(window.L.latLngBounds(all), { animate: false });
    else state.map.setView([0, 0], 2);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !state.map?.getContainer().isConnected) return;
    if (!event.target.closest?.("input, textarea, [role=combobox], [role=dialog], [role=listbox]")) goUp();
  });

  zhili.gridMap = Object.assign(zhili.gridMap || {}, { state, paints, path, choose, lift, stepTowards, shader });

  /* ---- what Dash hands over ---- */
  const COUNTS = ["incident_count", "open_count", "overdue_count"];
  const layersOf = (filters) => (filters?.layers || "").split(",").filter(Boolean);
  const nothing = () => window.dash_clientside.no_update;

  function takeValues(values) {
    document.getElementById("map-empty")?.classList.toggle("hidden", Boolean(values.url || values.failed));
    say(values.failed);
    if (values.failed) { state.values = null; draw(); return; }
    state.values = values;
    takeGeometry(values.url).catch(failed);
  }
  function takeIncidents(layer) {
    zhili.gridMap.points.take("density", layer?.url ? layer : null);
    zhili.gridMap.points.take("incidents", layer?.features ? { ...layer, rows: [], states: [] } : null);
    const data = (!layer?.failed && layer?.features) || { type: "FeatureCollection", features: [] };
    window.dash_clientside.set_props("map-incidents", { data });
  }
  Object.assign(zhili.answers.takers, { "map-values-data": takeValues, "map-incidents-data": takeIncidents });
  ["sensors", "cameras", "teams"].forEach((name) => {
    zhili.answers.takers[`map-${name}-data`] = (layer) => zhili.gridMap.points.take(name, layer || null);
  });

  /* The chosen area is shown at once; what is counted of it comes with the answer. */
  function move(filters) {
    const isMoved = state.wanted !== (filters.area || null);
    state.wanted = filters.area || null;
    if (isMoved) draw();
  }
  /* The page's own controls are told only when what they show has changed: to Dash they are outputs, and drawn anew each time. */
  let told = null;
  const shownOf = ({ metric, layers }) => JSON.stringify([metric || "", layers || ""]);
  function tell(filters) {
    if (told === shownOf(filters) || !document.getElementById("map-page")) return;
    window.dash_clientside.set_props("map-wanted", { data: { metric: filters.metric, layers: filters.layers } });
  }
  document.addEventListener("zhili-asked", (event) => { move(event.detail); tell(event.detail); });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.gridMap = {
    filters(chosen, filters, ...shown) {
      if (!filters) return shown.map(nothing);
      const now = chosen || filters, [metric, basis] = (now.metric || COUNTS[0]).split(":");
      told = shownOf(now);
      move(filters);
      const wanted = [metric, COUNTS.includes(metric) ? basis || "" : "", !COUNTS.includes(metric), layersOf(now)];
      return wanted.map((value, at) => (JSON.stringify(value) === JSON.stringify(shown[at] ?? false) ? nothing() : value));
    },
    ask(metric, basis, layers, filters) {
      if (!filters) return nothing();
      const key = COUNTS.includes(metric) && basis ? `${metric}:${basis}` : metric;
      const wanted = key === COUNTS[0] ? "" : key;
      if (wanted !== (filters.metric || "")) zhili.setQuery("metric", wanted);
      else if ((layers || []).join() !== layersOf(filters).join()) zhili.setQuery("layers", (layers || []).join());
      return nothing();
    },
  };

  /* Why there are no values; it lies over the map, so that nothing moves. */
  function say(why) {
    document.getElementById("map-failed")?.classList.toggle("hidden", !why);
    const place = document.getElementById("map-failed-why");
    if (place) place.textContent = why || "";
  }

  function failed(error) {
    console.warn(error.message);
    const place = document.getElementById("map-empty");
    place?.classList.remove("hidden");
    state.url = null;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[id^=map-button-]");
    if (!button || !state.map) return;
    const name = button.id.slice("map-button-".length);
    if (name === "in") state.map.zoomIn();
    if (name === "out") state.map.zoomOut();
    if (name === "up") goUp();
    if (name === "whole") refit(true);
  });

  keepMap();
})();
