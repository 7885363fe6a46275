/* The heat surface of `/risk`: what each grid has is spread over its ground, smoothed, and shown per square kilometre. */
(function () {
  "use strict";
  const { risk } = window.zhili;
  const LONG = 260, RADIUS = 2, PASSES = 3, SHARE = 0.995;   /* three boxes one after the other are near a Gaussian */
  let raster = null;

  /* Which grid each point of a coarse raster lies in; made once for an outline. */
  function made() {
    const { ground } = risk;
    if (raster?.url === ground.url) { return raster; }
    const [x, y, wide, tall] = ground.whole, step = Math.max(wide, tall) / LONG;
    const w = Math.ceil(wide / step), h = Math.ceil(tall / step), owner = new Int32Array(w * h).fill(-1), count = new Float32Array(ground.drawn.length);
    ground.drawn.forEach((index, k) => {
      scan(ground.areas.shape[index].map((ring) => ring.map((point) => { const [a, b] = ground.at(point); return [(a - x) / step, (b - y) / step]; })), w, h, (p) => { owner[p] = k; count[k] += 1; });
      if (!count[k]) { const [a, b] = ground.at(ground.areas.label[index]); owner[Math.floor((b - y) / step) * w + Math.floor((a - x) / step)] = k; }
    });
    count.fill(0);
    owner.forEach((k) => { if (k >= 0) { count[k] += 1; } });
    const km2 = (step * ground.kmAUnit) ** 2, canvas = document.createElement("canvas");
    canvas.width = w;
    canvas.height = h;
    raster = { url: ground.url, x, y, step, w, h, owner, canvas, context: canvas.getContext("2d"), field: new Float32Array(w * h), spare: new Float32Array(w * h), mask: Float32Array.from(owner, (k) => (k >= 0 ? 1 : 0)) };
    raster.weight = count.map((cells) => (cells ? 1 / (cells * km2) : 0));
    raster.image = raster.context.createImageData(w, h);
    raster.metres = Math.sqrt((PASSES * ((2 * RADIUS + 1) ** 2 - 1)) / 12) * step * ground.kmAUnit * 1000;
    blur(raster.mask, raster.spare, w, h);
    return raster;
  }
  /* The points of the raster inside rings, row by row, by the even-odd rule. */
  function scan(rings, w, h, take) {
    const ys = rings.flat().map((point) => point[1]), last = Math.min(h - 1, Math.floor(Math.max(...ys)));
    for (let row = Math.max(0, Math.floor(Math.min(...ys))); row <= last; row += 1) {
      const level = row + 0.5, cuts = [];
      rings.forEach((ring) => ring.forEach(([x1, y1], at) => {
        const [x2, y2] = ring[(at + 1) % ring.length];
        if ((y1 <= level) !== (y2 <= level)) { cuts.push(x1 + ((level - y1) / (y2 - y1)) * (x2 - x1)); }
      }));
      cuts.sort((a, b) => a - b);
      for (let pair = 0; pair + 1 < cuts.length; pair += 2) {
        for (let column = Math.max(0, Math.ceil(cuts[pair] - 0.5)); column < Math.min(w, cuts[pair + 1] - 0.5); column += 1) { take(row * w + column); }
      }
    }
  }
  function blur(field, spare, w, h) {
    for (let pass = 0; pass < PASSES; pass += 1) {
      slide(field, spare, w, h, 1, w);
      slide(spare, field, h, w, w, 1);
    }
  }
  /* A running mean along lines: `along` from point to point, `across` from line to line. */
  function slide(from, to, long, lines, along, across) {
    const width = 2 * RADIUS + 1;
    for (let line = 0; line < lines; line += 1) {
      const start = line * across;
      let sum = 0;
      for (let at = 0; at < RADIUS && at < long; at += 1) { sum += from[start + at * along]; }
      for (let at = 0; at < long; at += 1) {
        if (at + RADIUS < long) { sum += from[start + (at + RADIUS) * along]; }
        if (at > RADIUS) { sum -= from[start + (at - RADIUS - 1) * along]; }
        to[start + at * along] = sum / width;
      }
    }
  }
  /* What there is per square kilometre at each point, smoothed; the edge of the district takes nothing away. */
  function spread(values) {
    const { owner, field, spare, mask, weight, w, h } = made(), { slots } = risk.ground;
    for (let p = 0; p < owner.length; p += 1) { const k = owner[p], slot = k < 0 ? -1 : slots[k]; field[p] = slot < 0 ? 0 : values[slot] * weight[k]; }
    blur(field, spare, w, h);
    for (let p = 0; p < owner.length; p += 1) { field[p] = mask[p] > 0.02 ? field[p] / mask[p] : 0; }
    return field;
  }
  /* Where the ramp ends for these: little of the ground lies beyond. */
  function topOf(each) {
    const tops = each.map((values) => risk.shades.topOf(spread(values), 0, SHARE));
    return Math.max(...tops, 1e-6);
  }
  function paint(context, values, top) {
    const { owner, mask, image, canvas, x, y, step, w, h } = made(), field = spread(values), { rgb } = risk.shades.shades(), { STEPS } = risk.shades, pixels = image.data;
    for (let p = 0; p < owner.length; p += 1) {
      const level = 3 * Math.round(Math.sqrt(Math.min(1, Math.max(0, field[p] / top))) * (STEPS - 1));
      pixels[4 * p] = rgb[level]; pixels[4 * p + 1] = rgb[level + 1]; pixels[4 * p + 2] = rgb[level + 2];
      pixels[4 * p + 3] = mask[p] > 0.02 ? 255 : 0;
    }
    raster.context.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(canvas, x, y, w * step, h * step);   /* what stands over the edge is covered by the layer above */
  }
  risk.heat = { topOf, paint, metres: () => made().metres };
})();
