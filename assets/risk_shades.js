/* Which colour a number has on `/risk`: one ramp, by the square root, so that few and many can both be told apart. */
(function () {
  "use strict";
  const { make, say, number, byId } = window.zhili.risk;
  const STEPS = 96, STOPS = 7, LOOKED_AT = 12000;
  let ramp = { theme: "", colours: [], rgb: null };

  /* The theme's ramp as so many colours, for fills as text and for pixels as numbers. */
  function shades() {
    const theme = document.documentElement.dataset.theme;
    if (ramp.theme === theme) { return ramp; }
    const style = getComputedStyle(document.documentElement);
    const stops = Array.from({ length: STOPS }, (_, at) => hex(style.getPropertyValue(`--map-${at}`).trim()));
    const rgb = new Uint8ClampedArray(STEPS * 3), colours = [];
    for (let step = 0; step < STEPS; step += 1) {
      const along = (step / (STEPS - 1)) * (STOPS - 1), low = Math.min(STOPS - 2, Math.floor(along)), part = along - low;
      for (let channel = 0; channel < 3; channel += 1) { rgb[3 * step + channel] = Math.round(stops[low][channel] * (1 - part) + stops[low + 1][channel] * part); }
      colours.push(`rgb(${rgb[3 * step]},${rgb[3 * step + 1]},${rgb[3 * step + 2]})`);
    }
    ramp = { theme, colours, rgb };
    return ramp;
  }
  const hex = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* The ramp ends where only one in a hundred of those above nothing lies beyond; of very many every so manieth tells that. */
  function topOf(values, least, share = 0.99) {
    const step = Math.ceil(values.length / LOOKED_AT), above = Float64Array.from({ length: Math.ceil(values.length / step) }, (_, at) => values[at * step]).filter((value) => value > 0).sort();
    return above.length ? Math.max(least, above[Math.min(above.length - 1, Math.floor(share * above.length))]) : least || 1;
  }
  const along = (value, top) => Math.sqrt(Math.min(1, Math.max(0, value / top)));
  function alongAll(values, top) {
    const found = new Float32Array(values.length);
    for (let at = 0; at < values.length; at += 1) { found[at] = along(values[at], top); }
    return found;
  }

  /* Round numbers of which some three fit upon the ramp. */
  function ticks(top, whole) {
    const nice = [1, 2, 5].flatMap((digit) => [-3, -2, -1, 0, 1, 2, 3, 4].map((power) => digit * 10 ** power)).sort((a, b) => a - b);
    const fit = nice.filter((value) => value <= top && (!whole || value >= 1)), found = [];
    fit.reverse().forEach((value) => {
      const here = along(value, top);
      if (here >= 0.15 && here < 0.86 && found.every((other) => Math.abs(along(other, top) - here) > 0.2)) { found.push(value); }
    });
    return [0, ...found.reverse()];
  }

  /* `about`: what the ramp means, where it ends, and which marks besides are on the map. */
  function legend(about) {
    const host = byId("legend"), bar = make("div", "risk-ramp"), scale = make("div", "risk-ramp-ticks");
    const put = (text, where) => { const tick = make("span", "", text); tick.style.left = `${(100 * where).toFixed(1)}%`; scale.append(tick); };
    ticks(about.top, about.whole).forEach((value) => put(number(value), along(value, about.top)));
    put(say("legend_or_more", { n: number(about.top) }), 1);
    const key = (className, text) => make("span", "risk-key", make("i", className), text);
    host.replaceChildren(
      make("div", "risk-ramp-whole", make("span", "risk-ramp-name", about.name), make("div", "risk-ramp-box", bar, scale)),
      ...[about.none && key("risk-key-none", say("legend_none")), about.unsure && key("risk-key-unsure", say("legend_unsure")), about.patrol && key("risk-key-patrol", say("legend_patrol")), about.hint && make("span", "risk-legend-hint", about.hint)].filter(Boolean),
    );
  }

  /* Hatching for no data, dots for what is unsure; as large on a wall as on a desk. */
  function pattern(context, kind, pixels) {
    const size = Math.max(4, Math.round((kind === "none" ? 0.4 : 0.34) * window.zhili.rem() * pixels)), tile = document.createElement("canvas"), paint = tile.getContext("2d");
    tile.width = tile.height = size;
    if (kind === "none") {
      paint.fillStyle = token("--map-none");
      paint.fillRect(0, 0, size, size);
      paint.strokeStyle = token("--map-none-line");
      paint.lineWidth = size / 7;
      [-1, 0, 1].forEach((shift) => { paint.beginPath(); paint.moveTo(shift * size, size); paint.lineTo((shift + 1) * size, 0); paint.stroke(); });
    } else {
      paint.fillStyle = token("--map-town");
      paint.beginPath();
      paint.arc(size / 2, size / 2, size / 5, 0, 7);
      paint.fill();
    }
    return context.createPattern(tile, "repeat");
  }

  window.zhili.risk.shades = { STEPS, shades, token, topOf, along, alongAll, ticks, legend, pattern };
})();
