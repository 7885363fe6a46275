/* Figures drawn as plain SVG: what plotly would draw of our figures, in a twentieth of its time (docs/decisions/repaint.md).
   `zhili.plot.draw(host, figure)` fills an element; `host.plot` then holds `data, layout, marks`. A mark is what can be pointed at. */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const TEXT_GAP = 3, BAR_GAP = 0.2, NEAR = 20;
  const { axes } = window.zhili;
  const DASH = { dash: "9 6", dot: "2 4" };
  const make = (tag, attributes, ...children) => {
    const made = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => { if (value !== undefined && value !== null) { made.setAttribute(name, value); } });
    made.append(...children);
    return made;
  };
  const r = (n) => Math.round(n * 10) / 10;
  const at = (value, n) => (Array.isArray(value) ? value[n] : value);
  const known = (...numbers) => numbers.every(Number.isFinite);

  /* ---- words ---- */
  function words(text, x, y, size, fill, anchor, family, more) {
    const lines = axes.linesOf(text);
    const host = make("text", { x: r(x), y: r(y), "font-size": r(size), fill, "text-anchor": anchor, ...more });
    if (lines.length === 1 && lines[0].every((piece) => !piece.bold && !piece.colour)) { host.textContent = lines[0].map((piece) => piece.text).join(""); return host; }
    lines.forEach((pieces, n) => pieces.forEach((piece, first) => host.append(make("tspan", {
      ...(first === 0 && n > 0 ? { x: r(x), dy: r(axes.LINE * size) } : {}), "font-weight": piece.bold ? 700 : null, fill: piece.colour,
    }, piece.text))));
    return host;
  }

  /* ---- the ground: grid, axes, what ticks say ---- */
  function ground({ x, y, box, family, gap }, layout) {
    const path = (d, stroke, width) => (d ? [make("path", { d, stroke, "stroke-width": width || 1, fill: "none", "shape-rendering": "crispEdges" })] : []);
    const down = (px) => `M${r(px)} ${r(box.top)}V${r(box.bottom)}`, over = (px) => `M${r(box.left)} ${r(px)}H${r(box.right)}`;
    const lines = (one, draw) => (one.axis.visible === false || one.axis.showgrid === false ? "" : one.ticks.map((tick) => draw(one.px(tick.at))).join(""));
    const zero = (one, draw) => (one.axis.visible !== false && one.axis.zeroline !== false && one.kind === "linear" && one.range[0] * one.range[1] <= 0 ? draw(one.px(0)) : "");
    const font = layout.font?.color;
    const below = x.labels.map((tick) => words(tick.text, x.px(tick.at), box.bottom + x.size + 4, x.size, x.colour || font, "middle", family));
    const beside = y.labels.map((tick) => words(tick.text, box.left - gap, y.px(tick.at) + 0.35 * y.size - (axes.linesOf(tick.text).length - 1) * 0.5 * axes.LINE * y.size, y.size, y.colour || font, "end", family));
    const titles = [];
    const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
    if (x.title) { titles.push(words(x.title.text, middle.x, box.bottom + x.deep + x.title.size, x.title.size, x.title.colour, "middle", family)); }
    if (y.title) { titles.push(words(y.title.text, 0, 0, y.title.size, y.title.colour, "middle", family, { transform: `translate(${r(y.title.size)} ${r(middle.y)}) rotate(-90)` })); }
    return {
      under: [...path(lines(x, down), x.axis.gridcolor), ...path(lines(y, over), y.axis.gridcolor)],
      zero: [...path(zero(x, down), x.axis.zerolinecolor), ...path(zero(y, over), y.axis.zerolinecolor)],
      ticks: [make("g", { class: "plot-xticks" }, ...below), make("g", { class: "plot-yticks" }, ...beside), ...titles],
    };
  }

  /* ---- traces ---- */
  const tell = (trace) => trace.hoverinfo !== "skip";
  function errors(trace, place, points) {
    const error = trace.error_x;
    if (!error) { return []; }
    const cap = error.width ?? 4;
    const d = points.filter((point) => (error.array[point.n] || 0) + (error.arrayminus?.[point.n] || 0) > 0).map((point) => {
      const from = r(place.x.px(point.value - (error.arrayminus?.[point.n] || 0))), to = r(place.x.px(point.value + (error.array[point.n] || 0))), y = r(point.y);
      return `M${from} ${y}H${to}M${from} ${r(y - cap)}v${r(2 * cap)}M${to} ${r(y - cap)}v${r(2 * cap)}`;
    }).join("");
    return d ? [make("path", { d, stroke: error.color, "stroke-width": error.thickness || 2, fill: "none" })] : [];
  }

  function bars(trace, curve, place, layout, piles, marks) {
    const isFlat = trace.orientation === "h", length = isFlat ? place.x : place.y, across = isFlat ? place.y : place.x;
    const piled = layout.barmode === "stack" || layout.barmode === "relative", half = (1 - (layout.bargap ?? BAR_GAP)) / 2;
    const drawn = [], labels = [], points = [];
    (isFlat ? trace.x : trace.y).forEach((value, n) => {
      const spot = across.read((isFlat ? trace.y : trace.x)[n]);
      if (!known(spot) || !known(Number(value)) || value === null) { return; }
      const key = spot + (value < 0 ? "-" : "+"), from = piled ? piles.get(key) || 0 : at(trace.base, n) || 0;
      piles.set(key, from + value);
      const [a, b] = [length.px(from), length.px(from + value)], [c, d] = [across.px(spot - half), across.px(spot + half)];
      const rect = isFlat ? { x0: Math.min(a, b), x1: Math.max(a, b), y0: Math.min(c, d), y1: Math.max(c, d) } : { x0: Math.min(c, d), x1: Math.max(c, d), y0: Math.min(a, b), y1: Math.max(a, b) };
      const { marker = {} } = trace, line = marker.line || {};
      drawn.push(make("rect", {
        class: "plot-mark", x: r(rect.x0), y: r(rect.y0), width: r(rect.x1 - rect.x0), height: r(rect.y1 - rect.y0), fill: at(marker.color, n),
        opacity: at(marker.opacity, n), stroke: at(line.width, n) ? at(line.color, n) : null, "stroke-width": at(line.width, n) || null,
      }));
      if (trace.text) { labels.push(words(at(trace.text, n), rect.x1 + TEXT_GAP, (rect.y0 + rect.y1) / 2 + 0.35 * at(trace.textfont.size, n), at(trace.textfont.size, n), at(trace.textfont.color, n), "start", place.family)); }
      const point = { curve, n, box: rect, x: (rect.x0 + rect.x1) / 2, y: (rect.y0 + rect.y1) / 2, value, isArea: true };
      points.push(point);
      if (tell(trace)) { marks.push(point); }
    });
    return [make("g", { class: "plot-bars" }, ...drawn), ...errors(trace, place, points), ...labels];
  }

  function lineOf(points, trace) {
    let open = false;
    const steps = trace.line?.shape === "hv";
    return points.map((point) => {
      if (!point) { open = open && trace.connectgaps; return ""; }
      const d = !open ? `M${r(point.x)} ${r(point.y)}` : steps ? `H${r(point.x)}V${r(point.y)}` : `L${r(point.x)} ${r(point.y)}`;
      open = true;
      return d;
    }).join("");
  }
  function dot(point, trace) {
    const { marker = {} } = trace, { n } = point, half = (at(marker.size, n) || 6) / 2, symbol = at(marker.symbol, n) || "circle";
    const colour = at(marker.color, n) || trace.line?.color, edge = at(marker.line?.width, n);
    const look = { class: "plot-mark", fill: colour, stroke: edge ? at(marker.line.color, n) : null, "stroke-width": edge || null };
    if (symbol.endsWith("-open")) { Object.assign(look, { fill: "none", stroke: colour, "stroke-width": 1.5 }); }
    const wide = 1.3 * half;
    if (symbol.startsWith("diamond")) { return make("path", { d: `M${r(point.x)} ${r(point.y - wide)}l${r(wide)} ${r(wide)}l${r(-wide)} ${r(wide)}l${r(-wide)} ${r(-wide)}Z`, ...look }); }
    return make("circle", { cx: r(point.x), cy: r(point.y), r: r(half), ...look });
  }
  function scatter(trace, curve, place, marks) {
    const points = trace.x.map((value, n) => {
      const x = place.x.px(value), y = place.y.px(trace.y[n]);
      return value !== null && trace.y[n] !== null && known(x, y) ? { curve, n, x, y, value: place.x.read(value), box: { x0: x - 5, x1: x + 5, y0: y - 5, y1: y + 5 } } : null;
    });
    const seen = points.filter(Boolean), drawn = [], { line = {} } = trace;
    if (tell(trace)) { marks.push(...seen); }
    if (trace.fill === "toself" && seen.length) { return [make("path", { d: lineOf(seen, trace) + "Z", fill: trace.fillcolor, opacity: trace.opacity })]; }
    if (trace.mode.includes("lines")) { drawn.push(make("path", { d: lineOf(points, trace), fill: "none", stroke: line.color, "stroke-width": line.width || 2, "stroke-linejoin": "round", "stroke-dasharray": DASH[line.dash] })); }
    drawn.push(...errors(trace, place, seen));
    if (trace.mode.includes("markers")) { drawn.push(make("g", { class: "plot-dots" }, ...seen.map((point) => dot(point, trace)))); }
    return drawn;
  }

  function shadeOf(scale) {
    const stops = scale.map(([share, hex]) => [share, [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16))]);
    return (share) => {
      const next = Math.max(1, stops.findIndex(([stop]) => stop >= share - 1e-9)), [low, first] = stops[next - 1], [high, last] = stops[next];
      return `rgb(${first.map((part, n) => Math.round(part + ((last[n] - part) * (Math.max(low, share) - low)) / (high - low))).join(",")})`;
    };
  }
  function heatmap(trace, curve, place, marks) {
    const shade = shadeOf(trace.colorscale), gap = (trace.xgap || 0) / 2, cells = [];
    trace.z.forEach((row, down) => row.forEach((value, over) => {
      if (value === null) { return; }
      const xs = [place.x.px(over - 0.5), place.x.px(over + 0.5)].sort((a, b) => a - b), ys = [place.y.px(down - 0.5), place.y.px(down + 0.5)].sort((a, b) => a - b);
      const box = { x0: xs[0] + gap, x1: xs[1] - gap, y0: ys[0] + gap, y1: ys[1] - gap };
      cells.push(make("rect", { x: r(box.x0), y: r(box.y0), width: r(box.x1 - box.x0), height: r(box.y1 - box.y0), fill: shade((value - trace.zmin) / (trace.zmax - trace.zmin)) }));
      marks.push({ curve, n: [down, over], column: over, row: down, box, x: (box.x0 + box.x1) / 2, y: (box.y0 + box.y1) / 2, value, isArea: true });
    }));
    return [make("g", { class: "plot-cells", opacity: trace.opacity }, ...cells)];
  }

  /* ---- what stands beside the marks ---- */
  function shape(one, { x, y, box }) {
    const place = (ref, axis, value, from, to) => (String(ref).endsWith("domain") || ref === "paper" ? from + value * (to - from) : axis.px(value));
    const [x0, x1] = [one.x0, one.x1].map((value) => place(one.xref, x, value, box.left, box.right));
    const [y0, y1] = [one.y0, one.y1].map((value) => place(one.yref, y, value, box.bottom, box.top));
    const look = { stroke: one.line?.width ? one.line.color : null, "stroke-width": one.line?.width, "stroke-dasharray": DASH[one.line?.dash], opacity: one.opacity };
    if (one.type === "line") { return make("line", { x1: r(x0), x2: r(x1), y1: r(y0), y2: r(y1), ...look }); }
    const [left, right] = [Math.max(box.left, Math.min(x0, x1)), Math.min(box.right, Math.max(x0, x1))];
    return make("rect", { x: r(left), y: r(Math.min(y0, y1)), width: r(Math.max(0, right - left)), height: r(Math.abs(y1 - y0)), fill: one.fillcolor || "none", ...look });
  }
  const ANCHOR = { left: "start", center: "middle", right: "end" };
  function note(one, { x, y, box, family }, layout) {
    const size = one.font?.size || layout.font?.size || 14, lines = axes.linesOf(one.text).length, tall = lines * axes.LINE * size;
    const isPaper = { x: one.xref === "paper", y: one.yref === "paper" };
    const px = (isPaper.x ? box.left + one.x * (box.right - box.left) : x.px(one.x)) + (one.xshift || 0);
    const py = (isPaper.y ? box.bottom - one.y * (box.bottom - box.top) : y.px(one.y)) - (one.yshift || 0);
    if (!known(px, py)) { return []; }
    const top = one.yanchor === "bottom" ? py - tall : one.yanchor === "top" ? py : py - tall / 2;
    return [words(one.text, px, top + size * 1.03, size, one.font?.color || layout.font?.color, ANCHOR[one.xanchor] || "middle", family, { class: "plot-note" })];
  }

  /* The figure in so many pixels: an SVG that stands by itself, and its marks. */
  function drawn(figure, width, height) {
    const layout = figure.layout || {}, data = figure.data || [], marks = [], piles = new Map();
    const place = axes.placed({ data, layout }, width, height);
    const { under, zero, ticks } = ground(place, layout);
    const shapes = (layer) => (layout.shapes || []).filter((one) => (one.layer === "below") === (layer === "below")).map((one) => shape(one, place));
    const traces = data.flatMap((trace, curve) =>
      trace.type === "bar" ? bars(trace, curve, place, layout, piles, marks) : trace.type === "heatmap" ? heatmap(trace, curve, place, marks) : scatter(trace, curve, place, marks));
    const svg = make("svg", { class: "plot-svg", width, height, viewBox: `0 0 ${width} ${height}`, "font-family": place.family },
      ...under, ...shapes("below"), ...zero, ...traces, ...shapes("above"), ...ticks, ...(layout.annotations || []).flatMap((one) => note(one, place, layout)));
    return { svg, marks, place };
  }

  /* ---- in an element of the page ---- */
  const sizes = new WeakMap();
  const watcher = new ResizeObserver((changes) => changes.forEach(({ target, contentRect }) => {
    const before = sizes.get(target), now = { width: Math.floor(contentRect.width), height: Math.floor(contentRect.height) };
    sizes.set(target, now);
    if (before?.width !== now.width || before?.height !== now.height) { paint(target); }
  }));
  function sizeOf(host) {
    if (!sizes.has(host)) {
      sizes.set(host, { width: Math.floor(host.clientWidth), height: Math.floor(host.clientHeight) });
      watcher.observe(host);
    }
    return sizes.get(host);
  }
  function paint(host) {
    const { width, height } = sizeOf(host), figure = host.figure;
    if (!figure || width < 20 || height < 20) { return; }
    const { svg, marks, place } = drawn(figure, width, height);
    host.plot = { data: figure.data || [], layout: figure.layout || {}, marks, place };
    host.replaceChildren(svg);
    host.dispatchEvent(new CustomEvent("plot-drawn", { bubbles: true }));
  }
  function draw(host, figure) { host.figure = figure; paint(host); }

  /* ---- pointing ---- */
  const textOf = (host, mark) => {
    const { hovertext } = host.plot.data[mark.curve], row = mark.row === undefined ? hovertext : hovertext?.[mark.row];
    return at(row, mark.row === undefined ? mark.n : mark.column) || "";
  };
  const customOf = (host, mark) => at(host.plot.data[mark.curve].customdata, mark.n);
  function nearest(host, clientX, clientY) {
    const frame = host.getBoundingClientRect(), zoom = frame.width / host.offsetWidth || 1;
    const x = (clientX - frame.left) / zoom, y = (clientY - frame.top) / zoom, reach = host.plot.layout.hoverdistance || NEAR, byX = host.plot.layout.hovermode === "x";
    let best = null, least = Infinity;
    host.plot.marks.forEach((mark) => {
      const { box } = mark, inside = mark.isArea && x >= box.x0 - 1 && x <= box.x1 + 1 && y >= box.y0 - 1 && y <= box.y1 + 1;
      const far = inside ? 0 : byX ? Math.abs(mark.x - x) : mark.isArea ? Math.hypot(Math.max(box.x0 - x, 0, x - box.x1), Math.max(box.y0 - y, 0, y - box.y1)) : Math.hypot(mark.x - x, mark.y - y);
      if (far <= least && far <= reach && textOf(host, mark)) { best = mark; least = far; }
    });
    return best;
  }
  function rectOf(host, mark) {
    const frame = host.getBoundingClientRect(), zoom = frame.width / host.offsetWidth || 1, { box } = mark;
    return { left: frame.left + zoom * box.x0, right: frame.left + zoom * box.x1, top: frame.top + zoom * box.y0, bottom: frame.top + zoom * box.y1 };
  }
  const say = (host, name, detail) => host.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  function choose(host, mark) { say(host, "plot-click", { mark, custom: customOf(host, mark) }); }

  /* ---- a click is a mark; a drag, where the figure takes one, all the marks it goes over ---- */
  let drag = null, dragged = -Infinity;
  const hostOf = (event) => { const host = event.target.closest?.(".panel-figure"); return host?.plot ? host : null; };
  document.addEventListener("pointerdown", (event) => {
    const host = hostOf(event);
    if (!host || event.button !== 0 || host.plot.layout.dragmode !== "select" || event.pointerType === "touch") { return; }
    const frame = host.getBoundingClientRect();
    drag = { host, frame, zoom: frame.width / host.offsetWidth || 1, x: event.clientX, y: event.clientY, band: null };
    event.preventDefault();
  });
  function bandOf(event) {
    const { frame, zoom, host } = drag, { box } = host.plot.place, clamp = (n, low, high) => Math.max(low, Math.min(high, n));
    const span = (a, b, start, low, high) => [a, b].map((n) => clamp((n - start) / zoom, low, high)).sort((one, other) => one - other);
    const [x0, x1] = span(drag.x, event.clientX, frame.left, box.left, box.right);
    const [y0, y1] = host.plot.layout.selectdirection === "h" ? [box.top, box.bottom] : span(drag.y, event.clientY, frame.top, box.top, box.bottom);
    return { x0, x1, y0, y1 };
  }
  document.addEventListener("pointermove", (event) => {
    if (!drag || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 4) { return; }
    const { x0, x1, y0, y1 } = bandOf(event);
    drag.band = drag.band || drag.host.firstChild.appendChild(make("rect", { class: "plot-band" }));
    Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 }).forEach(([name, value]) => drag.band.setAttribute(name, r(value)));
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag) { return; }
    const { host, band } = drag, { x0, x1, y0, y1 } = bandOf(event);
    const isOver = ({ box }) => box.x1 > x0 && box.x0 < x1 && box.y1 >= y0 && box.y0 <= y1;
    drag = null;
    if (!band) { return; }
    band.remove();
    dragged = performance.now();
    say(host, "plot-select", { marks: host.plot.marks.filter(isOver).map((mark) => ({ mark, custom: customOf(host, mark) })) });
  });
  document.addEventListener("click", (event) => {
    const host = hostOf(event);
    if (!host || performance.now() - dragged < 50) { return; }
    const mark = nearest(host, event.clientX, event.clientY);
    if (mark) { choose(host, mark); }
  });

  window.zhili.plot = { draw, drawn, sizeOf, nearest, rectOf, textOf, choose };
})();
