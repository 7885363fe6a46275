/* What stands written on the map: names that never touch each other, the tooltip, the legend.
   Text from the data only ever becomes a text node. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});
  zhili.gridMap = zhili.gridMap || {};

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    return made;
  }

  const words = () => zhili.gridMap.state.values?.words || {};

  const formats = {};   /* by how many digits at least and at most; to make one takes longer than to write with it */
  function number(value, digits) {
    if (value === null || value === undefined) return "—";
    const least = digits ?? 0, most = digits ?? (Math.abs(value) >= 100 ? 0 : 1);
    return (formats[`${least} ${most}`] ??= new Intl.NumberFormat("en-US", { minimumFractionDigits: least, maximumFractionDigits: most })).format(value);
  }

  function withUnit(value, metric) {
    const text = number(value, metric.unit === "%" ? 1 : undefined);
    return metric.unit ? `${text}${metric.unit === "%" ? "" : " "}${metric.unit}` : text;
  }

  /* ---- names ---- */
  /* How many times as wide as it is high a text is, rather more than less: to have it measured takes 0.2 ms a name. */
  const wideness = (text) => [...text].reduce((wide, sign) => wide + (sign > "\u2e7f" ? 1.02 : 0.65), 0);

  function labelled(state) {
    const { areas, chosen } = state;
    const top = chosen ?? areas.id.findIndex((_, index) => areas.level[index] === 0);
    const below = top >= 0 ? areas.children[top] : areas.id.map((_, index) => index).filter((index) => areas.parent[index] < 0);
    return below.length ? below : [top];
  }

  function shortName(state, index) {
    const own = state.areas.name[index];
    const above = state.areas.parent[index] >= 0 ? state.areas.name[state.areas.parent[index]] : "";
    return above && own.startsWith(above) && own.length > above.length ? own.slice(above.length).trim() : own;
  }

  let isDue = false;   /* once a frame, however many things have moved */
  function drawSoon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => { isDue = false; drawLabels(); });
  }
  function drawLabels() {
    const state = zhili.gridMap.state;
    if (!state.map || !state.areas || !state.layers) return;
    const host = labelHost(state.map);
    const size = zhili.rem() * 0.95, view = state.map.getSize(), { lat, lng } = state.map.getCenter();
    const drawn = [state.url, state.chosen, lat, lng, state.map.getZoom(), view.x, view.y, size].join();
    if (host.drawn === drawn) return;   /* other numbers have come, and nothing has moved */
    host.drawn = drawn;
    const taken = [];
    const found = labelled(state)
      .filter((index) => state.areas.label[index])
      .map((index) => ({ index, name: shortName(state, index), ...boxOf(state, index) }))
      .sort((a, b) => b.room - a.room);
    host.replaceChildren();
    host.style.fontSize = `${size}px`;
    found.forEach((item) => {
      const width = wideness(item.name) * size + 10, height = size * 1.45;
      const box = { left: item.at.x - width / 2, right: item.at.x + width / 2, top: item.at.y - height / 2, bottom: item.at.y + height / 2 };
      if (box.left < 4 || box.top < 4 || box.right > view.x - 4 || box.bottom > view.y - 4) return;
      if (width > item.span * 1.5 && found.length > 20) return;
      if (taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) return;
      taken.push(box);
      const label = element("span", "map-name", item.name);
      label.style.left = `${item.at.x}px`;
      label.style.top = `${item.at.y}px`;
      host.append(label);
    });
  }

  function boxOf(state, index) {
    const at = state.map.latLngToContainerPoint(state.areas.label[index]);
    const { north, west, south, east } = (state.areas.bounds ??= [])[index] ??= boundsOf(state.areas.shape[index]);
    const a = state.map.latLngToContainerPoint([north, west]), b = state.map.latLngToContainerPoint([south, east]);
    return { at, room: Math.abs((b.x - a.x) * (b.y - a.y)), span: Math.abs(b.x - a.x) };
  }

  function boundsOf(shape) {
    const found = { north: -90, west: 180, south: 90, east: -180 };
    shape.forEach(([outer]) => outer.forEach(([lat, lon]) => {
      if (lat > found.north) found.north = lat;
      if (lat < found.south) found.south = lat;
      if (lon > found.east) found.east = lon;
      if (lon < found.west) found.west = lon;
    }));
    return found;
  }

  function labelHost(map) {
    const container = map.getContainer();
    let host = container.querySelector(":scope > .map-names");
    if (!host) {
      host = element("div", "map-names");
      host.setAttribute("aria-hidden", "true");
      container.append(host);
      map.on("zoomstart movestart", () => host.classList.add("map-names-moving"));
      map.on("zoomend moveend", () => host.classList.remove("map-names-moving"));
    }
    return host;
  }

  /* ---- tooltip ---- */
  let tip = null;

  function showTip(index, mouse) {
    const state = zhili.gridMap.state;
    const { areas, values } = state;
    const lines = [element("strong", "", areas.name[index])];
    const way = zhili.gridMap.path(index).slice(0, -1).filter((above) => areas.level[above] > 0);
    lines.push(element("span", "map-tip-way", [words().levels?.[areas.level[index]], ...way.map((above) => areas.name[above])].filter(Boolean).join(" · ")));
    if (values) lines.push(...valueLines(values, index));
    const next = zhili.gridMap.stepTowards(index);
    if (next !== index && words().open) lines.push(element("span", "map-tip-hint", words().open.replace("{name}", areas.name[next])));
    showLines(lines, mouse);
  }

  function valueLines(values, index) {
    const { metric } = values, value = values.value[index];
    if (value === null || value === undefined) return [element("span", "map-tip-none", reason(values, index))];
    const lines = [element("span", "map-tip-value", withUnit(value, metric))];
    lines[0].prepend(element("span", "map-tip-label", metric.label));
    return [...lines, ...madeLines(values, index).map((line) => element("span", "map-tip-n", line))];
  }

  /* Numerator, denominator, period, as-of and caveat of one area's value. */
  function madeLines(values, index) {
    const { metric } = values, fill = (text, n) => text.replace("{n}", n);
    const top = number(values.d ? values.n[index] : values.value[index], 0);
    const below = values.d ? fill(words().denominator, `${number(values.d[index], 0)} ${metric.basis}`) : words().no_denominator;
    return [fill(words().numerator, top), below, ...(metric.made || [])];
  }

  function legendMade(state) {
    const { areas, values } = state;
    const index = state.chosen ?? areas.id.findIndex((_, at) => areas.level[at] === 0);
    if (index < 0 || values.url !== state.url) return [values.metric.label, ...(values.metric.made || [])];
    return [`${areas.name[index]} · ${values.metric.label} ${withUnit(values.value[index], values.metric)}`, ...madeLines(values, index)];
  }

  function reason(values, index) {
    if (values.d && values.d[index] && values.n[index] !== null) return words().too_few.replace("{n}", number(values.d[index], 0));
    return words().no_data;
  }

  function showLines(lines, mouse) {
    const container = zhili.gridMap.state.map.getContainer();
    if (!tip || !tip.isConnected) {
      tip = element("div", "map-tip");
      tip.setAttribute("role", "tooltip");
      container.append(tip);
    }
    tip.replaceChildren(...lines);
    tip.hidden = false;
    const frame = container.getBoundingClientRect();
    const x = mouse.clientX - frame.left, y = mouse.clientY - frame.top;
    const left = x + 18 + tip.offsetWidth > frame.width ? x - tip.offsetWidth - 14 : x + 18;
    const top = y + 18 + tip.offsetHeight > frame.height ? y - tip.offsetHeight - 14 : y + 18;
    tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  /* ---- beside the map: where we are, and what lies inside ---- */
  function button(name, index, className) {
    const made = element("button", className, name);
    made.type = "button";
    made.addEventListener("click", () => zhili.gridMap.choose(index));
    return made;
  }

  function drawCrumbs(state) {
    const host = document.getElementById("map-crumbs");
    if (!host) return;
    const top = state.areas.id.findIndex((_, index) => state.areas.parent[index] < 0 && state.areas.children[index].length > 0);
    const way = state.chosen === null ? (top >= 0 ? [top] : []) : zhili.gridMap.path(state.chosen);
    host.replaceChildren(...way.map((index, at) => {
      const made = button(shortName(state, index), index, "map-crumb");
      if (at === way.length - 1) made.setAttribute("aria-current", "true");
      return made;
    }));
  }

  function drawBelow(state) {
    const host = document.getElementById("map-below");
    if (!host) return;
    const shadeOf = zhili.gridMap.shader();
    const value = (index) => state.values?.value[index] ?? null;
    const found = labelled(state).filter((index) => index !== state.chosen && index !== undefined)
      .sort((a, b) => (value(b) ?? -1) - (value(a) ?? -1) || state.areas.id[a].localeCompare(state.areas.id[b]));
    host.closest("section").hidden = state.chosen !== null && !state.areas.children[state.chosen].length;
    host.replaceChildren(...found.slice(0, 400).map((index) => {
      const line = element("li"), open = button("", index, "map-below-area");
      const isGrid = state.areas.level[index] === 3;
      open.append(
        isGrid ? element("span", `map-swatch map-swatch-${shadeOf(index)}`) : "",
        element("span", "map-below-name", shortName(state, index)),
        element("span", "map-below-value", value(index) === null ? words().no_data || "" : withUnit(value(index), state.values.metric)));
      open.addEventListener("mouseenter", () => zhili.gridMap.lift(index));
      open.addEventListener("mouseleave", () => zhili.gridMap.lift(null));
      open.addEventListener("focus", () => zhili.gridMap.lift(index));
      open.addEventListener("blur", () => zhili.gridMap.lift(null));
      line.append(open);
      return line;
    }));
  }

  /* ---- legend ---- */
  function drawLegend(state) {
    const host = document.getElementById("map-legend");
    if (!host || !state.values) return;
    const { metric, legend } = state.values;
    const rows = legend.map((row) => {
      const line = element("div", "map-legend-row");
      line.append(element("span", `map-swatch map-swatch-${row.shade}`), element("span", "map-legend-range", row.text), element("span", "map-legend-n", number(row.n, 0)));
      line.title = row.why || "";
      return line;
    });
    const head = element("div", "map-legend-head");
    head.append(element("strong", "", metric.label), element("span", "", metric.unit_long || metric.unit));
    const count = element("div", "map-legend-row map-legend-count");
    count.append(element("span"), element("span", "map-legend-range", words().classes), element("span", "map-legend-n", words().grids));
    const notes = legend.filter((row) => row.why).map((row) => element("div", "map-legend-note", row.why));
    host.replaceChildren(head, count, ...rows, ...notes, element("div", "made-of", legendMade(state).join("\n")));
  }

  Object.assign(zhili.gridMap, {
    element, number,
    labels: { draw: drawSoon },
    tooltip: { show: showTip, lines: showLines, hide: () => { if (tip) tip.hidden = true; } },
    legend: { draw: drawLegend },
    side: { draw: () => { drawCrumbs(zhili.gridMap.state); drawBelow(zhili.gridMap.state); } },
  });
})();
