/* Where the values of a figure lie: its two axes, their ticks, and the room that their words need. Figures are plotly's JSON
   (`ui/drawing.py`), of which this knows what ours use. */
(function () {
  "use strict";
  const DATE = /^\d{4}-\d\d-\d\d/;
  const PAD = 0.05, LINE = 1.3, TICK = 5, FEW_TICKS = 6;
  const pencil = document.createElement("canvas").getContext("2d");
  const widths = new Map();

  /* ---- words: of markup only <b>, <br> and coloured <span> are ours; signs of the data come as entities ---- */
  const SIGNS = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
  const plain = (text) => text.replace(/&(?:lt|gt|quot|amp);/g, (sign) => SIGNS[sign]);
  function piecesOf(line) {
    const pieces = [];
    let bold = false, colour = null;
    line.split(/(<\/?b>|<span style='color:[^']*'>|<\/span>)/).forEach((part) => {
      if (part === "<b>" || part === "</b>") { bold = part === "<b>"; }
      else if (part.startsWith("<span ")) { colour = part.slice("<span style='color:".length, -2); }
      else if (part === "</span>") { colour = null; }
      else if (part) { pieces.push({ text: plain(part), bold, colour }); }
    });
    return pieces;
  }
  const linesOf = (text) => String(text ?? "").split(/<br\s*\/?>|\n/).map(piecesOf);

  function widthOf(text, size, family) {
    const key = size + "|" + text;
    if (!widths.has(key)) {
      if (widths.size > 5000) { widths.clear(); }
      const line = (pieces) => pieces.reduce((sum, piece) => {
        pencil.font = `${piece.bold ? 700 : 400} ${size}px ${family}`;
        return sum + pencil.measureText(piece.text).width;
      }, 0);
      widths.set(key, Math.max(0, ...linesOf(text).map(line)));
    }
    return widths.get(key);
  }
  document.fonts?.addEventListener?.("loadingdone", () => widths.clear());

  /* ---- values as numbers ---- */
  const given = (values) => (values || []).filter((value) => value !== null && value !== undefined);
  function kindOf(axis, traces, letter) {
    const [first] = traces.flatMap((trace) => given(trace[letter]).slice(0, 1));
    const sample = first ?? given(axis.range)[0];
    if (typeof sample !== "string") { return "linear"; }
    return DATE.test(sample) ? "date" : "category";
  }
  const moment = (text) => Date.parse(text.length > 10 ? text + "Z" : text);
  function reader(kind, categories) {
    if (kind === "category") {
      const at = new Map(categories.map((name, n) => [name, n]));
      return (value) => (typeof value === "number" ? value : at.get(value) ?? NaN);
    }
    return (value) => (value === null || value === undefined ? NaN : kind === "date" && typeof value === "string" ? moment(value) : Number(value));
  }
  const isLength = (trace, letter) => trace.type === "bar" && (trace.orientation === "h") === (letter === "x");

  /* ---- from where to where ---- */
  function spanOf(traces, letter, read, layout) {
    let low = Infinity, high = -Infinity;
    const see = (n) => { if (Number.isFinite(n)) { low = Math.min(low, n); high = Math.max(high, n); } };
    const piles = new Map();
    traces.forEach((trace) => {
      if (trace.type === "heatmap") { see(-0.5); see((letter === "x" ? trace.z[0].length : trace.z.length) - 0.5); return; }
      const error = trace["error_" + letter];
      (trace[letter] || []).forEach((value, at) => {
        const n = read(value), base = Array.isArray(trace.base) ? trace.base[at] : trace.base || 0;
        if (!isLength(trace, letter)) { see(n - (error?.arrayminus?.[at] || 0)); see(n + (error?.array?.[at] || 0)); return; }
        see(0);
        const key = trace[letter === "x" ? "y" : "x"][at] + (n < 0 ? "-" : "+");
        const from = layout.barmode === "stack" || layout.barmode === "relative" ? piles.get(key) || 0 : base;
        piles.set(key, from + (n || 0));
        see(from + n + (error?.array?.[at] || 0));
      });
    });
    return low <= high ? [low, high] : null;
  }
  function rangeOf(axis, traces, letter, read, kind, categories, layout) {
    if (axis.range) { return axis.range.map(read); }
    if (kind === "category") { return turned(axis, [-0.5, Math.max(1, categories.length) - 0.5]); }
    let [low, high] = spanOf(traces, letter, read, layout) || [0, 1];
    if (traces.every((trace) => trace.type === "heatmap")) { return turned(axis, [low, high]); }
    const room = PAD * (high - low || Math.abs(high) || 1), isBar = traces.some((trace) => isLength(trace, letter));
    if (!(isBar && low === 0)) { low -= room; }
    if (!(isBar && high === 0)) { high += room; }
    if (low === high) { high += 1; }   /* bars of nought */
    if (axis.rangemode === "tozero") { low = Math.min(0, low); }
    if (axis.rangemode === "nonnegative") { low = Math.max(0, low); }
    return turned(axis, [low, high]);
  }
  const turned = (axis, [low, high]) => (axis.autorange === "reversed" ? [high, low] : [low, high]);

  /* ---- ticks ---- */
  function niceStep(rough) {
    const power = 10 ** Math.floor(Math.log10(rough));
    return power * [1, 2, 5, 10].find((one) => one * power >= rough * 0.999999);
  }
  const two = (n) => String(n).padStart(2, "0");
  function written(value, kind, form, step) {
    if (kind === "date") {
      const day = new Date(value);
      return (form || "%Y-%m-%d").replace("%Y", day.getUTCFullYear()).replace("%m", two(day.getUTCMonth() + 1)).replace("%d", two(day.getUTCDate()));
    }
    const digits = form === ",d" ? 0 : Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return (Math.abs(value) < step / 1e6 ? 0 : value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
  }
  function ticksOf(one) {
    const { axis, kind, categories, read, range } = one, [low, high] = [Math.min(...range), Math.max(...range)];
    const inside = (tick) => tick.at >= low - 1e-9 * (high - low) && tick.at <= high + 1e-9 * (high - low);
    if (axis.tickvals) { return axis.tickvals.map((value, n) => ({ at: read(value), text: axis.ticktext ? axis.ticktext[n] : written(read(value), kind, axis.tickformat, 1) })).filter(inside); }
    if (kind === "category") { return categories.map((text, at) => ({ at, text })).filter(inside); }
    const whole = axis.tickformat === ",d" ? 1 : 0;
    const step = axis.dtick || Math.max(whole, niceStep((high - low) / (axis.nticks || FEW_TICKS)));
    const origin = axis.tick0 === undefined ? 0 : read(axis.tick0), ticks = [];
    for (let n = Math.ceil((low - origin) / step - 1e-9); origin + n * step <= high + 1e-9 * step; n += 1) {
      const at = origin + n * step;
      ticks.push({ at, text: written(at, kind, axis.tickformat, step) });
    }
    return ticks;
  }

  function axisOf(letter, layout, traces) {
    const axis = layout[letter + "axis"] || {}, kind = kindOf(axis, traces, letter);
    const categories = kind !== "category" ? [] : axis.categoryarray || [...new Set(traces.flatMap((trace) => given(trace[letter])))];
    const read = reader(kind, categories);
    const one = { letter, axis, kind, categories, read, range: rangeOf(axis, traces, letter, read, kind, categories, layout) };
    const size = layout.font?.size || 14, isShown = axis.visible !== false;
    one.ticks = isShown ? ticksOf(one) : [];
    one.labels = isShown && axis.showticklabels !== false ? one.ticks : [];
    one.size = axis.tickfont?.size || size;
    one.colour = axis.tickfont?.color || layout.font?.color;
    one.title = isShown && axis.title?.text ? { text: axis.title.text, size: axis.title.font?.size || 1.1 * size, colour: axis.title.font?.color || layout.font?.color } : null;
    return one;
  }

  /* ---- room: where the figure's inner part lies in so many pixels ---- */
  function placed(figure, width, height) {
    const { layout, data } = figure, family = layout.font?.family || "sans-serif", margin = { l: 8, r: 8, t: 8, b: 8, ...layout.margin };
    const traces = data.filter((trace) => trace.x || trace.y || trace.z);
    const x = axisOf("x", layout, traces), y = axisOf("y", layout, traces);
    const wide = (one) => Math.max(0, ...one.labels.map((tick) => widthOf(tick.text, one.size, family)));
    const tall = Math.max(0, ...x.labels.map((tick) => linesOf(tick.text).length));
    const gap = y.axis.ticks === "outside" ? y.axis.ticklen || TICK : TICK;
    const left = Math.max(margin.l, (y.labels.length ? wide(y) + gap + 2 : 0) + (y.title ? LINE * y.title.size + 2 : 0));
    const bottom = Math.max(margin.b, (tall ? tall * LINE * x.size + TICK : 0) + (x.title ? LINE * x.title.size + 4 : 0));
    x.deep = tall ? tall * LINE * x.size + TICK : 2;
    const box = { left, top: margin.t, right: width - margin.r, bottom: height - bottom };
    const last = x.labels.reduce((most, tick) => {
      const share = (tick.at - x.range[0]) / (x.range[1] - x.range[0]);
      return Math.max(most, widthOf(tick.text, x.size, family) / 2 - (1 - share) * (box.right - box.left) - margin.r);
    }, 0);
    box.right -= last;
    const scale = (one, from, to) => (value) => { const n = typeof value === "number" && one.kind !== "category" ? value : one.read(value); return from + ((n - one.range[0]) / (one.range[1] - one.range[0])) * (to - from); };
    x.px = scale(x, box.left, box.right);
    y.px = scale(y, box.bottom, box.top);
    return { x, y, box, width, height, family, gap };
  }

  window.zhili = window.zhili || {};
  window.zhili.axes = { placed, linesOf, widthOf, LINE };
})();
