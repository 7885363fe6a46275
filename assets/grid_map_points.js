/* Layers above the grids: incidents (clustered by dash-leaflet, or a picture of their density), sensors, cameras, teams.
   Every state has a shape of its own, so that colour is never needed to tell them apart. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});
  const map = (zhili.gridMap = zhili.gridMap || {});
  const kept = {};
  const drawn = {};

  /* ---- shapes: paths around (x, y) within radius r ---- */
  const SHAPES = {
    dot: (x, y, r) => circle(x, y, r * 0.62),
    ring: (x, y, r) => circle(x, y, r * 0.85),
    triangle: (x, y, r) => `M${x} ${y - r * 1.15}L${x + r * 1.1} ${y + r * 0.8}L${x - r * 1.1} ${y + r * 0.8}Z`,
    square: (x, y, r) => `M${x - r * 0.8} ${y - r * 0.8}h${r * 1.6}v${r * 1.6}h${-r * 1.6}Z`,
    diamond: (x, y, r) => `M${x} ${y - r * 1.1}L${x + r * 1.1} ${y}L${x} ${y + r * 1.1}L${x - r * 1.1} ${y}Z`,
    none: () => "",
    cross: (x, y, r) => `M${x - r * 0.8} ${y - r * 0.8}L${x + r * 0.8} ${y + r * 0.8}M${x + r * 0.8} ${y - r * 0.8}L${x - r * 0.8} ${y + r * 0.8}`,
  };

  function circle(x, y, r) {
    return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }

  let Mark = null;
  function mark(latlng, options) {
    Mark ??= window.L.CircleMarker.extend({
      _updatePath() {
        const { x, y } = this._point;
        this._renderer._setPath(this, this._empty() ? "M0 0" : SHAPES[this.options.shape](x, y, this._radius));
      },
    });
    return new Mark(latlng, options);
  }

  function layerPane(name, z) {
    const pane = map.state.map.getPane(name) || map.state.map.createPane(name);
    pane.style.zIndex = z;
    if (name === "map-density") pane.style.pointerEvents = "none";
    return name;
  }

  function drawMarks(name, layer) {
    const L = window.L;
    const pane = layerPane(`map-${name}`, layer.z);
    const renderer = L.svg({ pane, padding: 0.3 });
    const scale = map.state.map.getSize().y > 1500 ? 2 : 1;
    const order = layer.states.map((state) => state.key);
    const rows = layer.rows.filter((row) => row[0] !== null).sort((a, b) => order.indexOf(b[2]) - order.indexOf(a[2]));
    const group = L.layerGroup(rows.map((row) => {
      const state = layer.states[order.indexOf(row[2])];
      const made = mark([row[1], row[0]], { pane, renderer, radius: state.radius * scale, shape: state.shape, className: `map-mark map-mark-${name}-${row[2]}` });
      made.on("mousemove", (event) => map.tooltip.lines(markLines(layer, state, row), event.originalEvent));
      made.on("mouseout", () => map.tooltip.hide());
      return made;
    }));
    return group.addTo(map.state.map);
  }

  function markLines(layer, state, row) {
    return [map.element("strong", "", row[3]), map.element("span", "map-tip-way", [layer.label, ...(row[4] ? [row[4]] : [])].join(" · ")), map.element("span", "", state.label)];
  }

  function drawDensity(layer) {
    const [west, south, east, north] = layer.bounds;
    layerPane("map-density", 380);
    return window.L.imageOverlay(layer.url, [[south, west], [north, east]], { pane: "map-density", className: "map-density", alt: layer.label }).addTo(map.state.map);
  }

  function draw() {
    if (!map.state.map) return;
    for (const [name, layer] of Object.entries(kept)) {
      const now = drawn[name];
      if (now && now.layer === layer && now.map === map.state.map) continue;
      if (now) now.group.remove();
      delete drawn[name];
      if (layer) drawn[name] = { layer, map: map.state.map, group: layer.failed ? window.L.layerGroup() : layer.url ? drawDensity(layer) : drawMarks(name, layer) };
    }
    const container = map.state.map.getContainer();
    container.classList.toggle("map-with-density", Boolean(kept.density));
    container.classList.toggle("map-with-incidents", Boolean(kept.incidents));
    container.classList.toggle("map-with-marks", Boolean(kept.sensors || kept.cameras || kept.teams));
    document.getElementById("map-legend")?.classList.toggle("hidden", Boolean(kept.density));
    key();
  }

  /* The key of every layer that is on: shape, state, count. */
  function key() {
    const host = document.getElementById("map-key");
    if (!host) return;
    host.replaceChildren(...Object.entries(kept).filter(([, layer]) => layer).map(([name, layer]) => keyOf(name, layer)));
  }

  function keyOf(name, layer) {
    const box = map.element("div", `map-key-layer${layer.made ? " told" : ""}`);
    box.dataset.layer = name;
    const { areas, chosen } = map.state;
    box.append(map.element("strong", "", [layer.label, ...(areas && chosen !== null && layer.rows?.length ? [areas.name[chosen]] : [])].join(" · ")));
    const counts = countStates(layer.rows || []);
    (layer.states || []).forEach((state) => {
      const line = map.element("span", "map-key-state");
      line.append(glyph(name, state), map.element("span", "", state.label), map.element("span", "map-legend-n", map.number(counts.get(state.key) || 0, 0)));
      box.append(line);
    });
    if (layer.made) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.append(map.element("div", "made-of", keyMade(layer, counts).join("\n")));
    }
    if (layer.url) {
      const ramp = map.element("span", "map-ramp");
      ramp.append(map.element("span", "", layer.few), map.element("i", "map-ramp-bar"), map.element("span", "", layer.many));
      box.append(ramp);
    }
    if (layer.failed) {
      box.setAttribute("role", "status");
      box.append(map.element("span", "map-legend-note", layer.failed));
    }
    if (layer.note) box.append(map.element("span", "map-legend-note", layer.note));
    return box;
  }

  /* How many of each state lie in the chosen area, and in all. */
  function countStates(rows) {
    const { areas, chosen } = map.state, counts = new Map([["", 0]]);
    const inside = (area) => {
      const index = areas?.place.get(area);
      return chosen === null || !areas || (index !== undefined && map.path(index).includes(chosen));
    };
    rows.filter((row) => inside(row[5])).forEach((row) => {
      counts.set(row[2], (counts.get(row[2]) || 0) + 1);
      counts.set("", counts.get("") + 1);
    });
    return counts;
  }

  function keyMade(layer, counts) {
    const words = map.state.values?.words;
    if (!words) return layer.made;
    const tops = layer.states.map((state) => `${state.label} ${map.number(counts.get(state.key) || 0, 0)}`).join("，");
    const all = map.number(counts.get(""), 0);
    return [layer.label, words.numerator.replace("{n}", tops), words.denominator.replace("{n}", all), ...layer.made];
  }
  function glyph(name, state) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", SHAPES[state.shape](8, 8, Math.min(6, state.radius + 1)));
    path.setAttribute("class", `map-mark map-mark-${name}-${state.key}`);
    svg.append(path);
    return svg;
  }

  /* ---- incidents: dash-leaflet clusters them and asks for each marker ---- */
  function incidentMarker(feature, latlng) {
    const made = window.L.circleMarker(latlng, { radius: 5, className: "map-incident", pane: layerPane("map-incidents", 460) });
    made.on("mousemove", (event) => map.tooltip.lines(incidentLines(feature.properties), event.originalEvent));
    made.on("mouseout", () => map.tooltip.hide());
    return made;
  }

  function incidentLines(about) {
    return [map.element("strong", "", about.title), map.element("span", "map-tip-way", about.category), map.element("span", "", [about.status, about.reported].filter(Boolean).join(" · "))];
  }

  function incidentCluster(feature, latlng) {
    const count = feature.properties.point_count;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const size = Math.round(rem * (1.5 + 0.55 * Math.log10(count)));
    const text = map.element("span", "", map.number(count, 0));
    const icon = window.L.divIcon({ html: text, className: "map-cluster", iconSize: [size, size] });
    return window.L.marker(latlng, { icon, pane: layerPane("map-incidents", 460), keyboard: false });
  }

  map.points = {
    take: (name, layer) => { kept[name] = layer; draw(); },
    draw,
    on: () => Object.values(kept).some(Boolean),
  };
  map.incidentMarker = incidentMarker;
  map.incidentCluster = incidentCluster;
})();
