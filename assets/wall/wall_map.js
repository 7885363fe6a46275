/* The wall's map: ground, grids by their shade, names that never collide, warnings as marks of a shape each; drawn only when something on it changed. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});
  const GRID = 3, TOWN = 1, MARGIN = 28, SHADES = 7;
  /* Where a name is tried, in its heights from its place: on it, above and below; then around it, nearest first. */
  const NEAR = [0, -1.3, 1.3, -2.4, 2.4].map((step) => [0, step]);
  const AROUND = Array.from({ length: 13 * 24 }, (_, at) => { const far = 3 + 0.75 * Math.floor(at / 24), turn = (at % 24) * Math.PI / 12; return [far * Math.cos(turn), far * Math.sin(turn)]; });
  const { token } = zhili.basemap;
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  let ground = null, asked = null;

  async function ready(url) {
    if (ground?.url === url) { return ground; }
    if (asked?.url !== url) { asked = { url, made: zhili.outlines.take(url).then((areas) => made(areas, url)) }; }
    ground = await asked.made;
    return ground;
  }
  function made(areas, url) {
    const all = areas.id.map((_, index) => index), of = (level) => all.filter((index) => areas.level[index] === level && areas.shape[index].length);
    const { at, back, line, view } = zhili.outlines.laid(areas, all, MARGIN), grids = of(GRID), tops = of(0).length ? of(0) : grids;
    return {
      url, areas, at, back, view, grids, towns: of(TOWN), paths: grids.map((index) => new Path2D(line(index))), every: new Path2D(grids.map(line).join("")),
      townLines: new Path2D(of(TOWN).map(line).join("")), outline: new Path2D(tops.map(line).join("")), line,
    };
  }
  /* Which of the ramp's shades a value has; -1 for no data. */
  function shadeOf(value, { edges, shades }) {
    if (value === null || value === undefined) { return -1; }
    let at = 0;
    while (at + 1 < edges.length && value >= edges[at + 1]) { at += 1; }
    return shades[at];
  }
  /* The part of the ground that is looked at: the whole, or a chosen area with room around it. */
  function looked({ areas, at, view }, id) {
    const index = id ? areas.place.get(id) : undefined;
    if (index === undefined || areas.parent[index] < 0 || !areas.shape[index]?.length) { return view; }
    const points = areas.shape[index].flat().map(at), xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
    const [x, y] = [Math.min(...xs), Math.min(...ys)], w = Math.max(...xs) - x, h = Math.max(...ys) - y, room = 0.08 * Math.max(w, h);
    return [x - room, y - room, w + 2 * room, h + 2 * room];
  }

  async function draw(canvas, data) {
    const mine = (canvas.wanted = data);
    let found;
    try { found = await ready(data.url); } catch (error) { asked = null; return; }
    if (canvas.wanted !== mine) { return; }
    const box = canvas.getBoundingClientRect(), pixels = window.devicePixelRatio || 1, context = canvas.getContext("2d");
    canvas.width = Math.max(1, Math.round(box.width * pixels));
    canvas.height = Math.max(1, Math.round(box.height * pixels));
    const [x, y, wide, tall] = looked(found, data.area), scale = Math.min(canvas.width / wide, canvas.height / tall), size = (rem() * pixels) / scale;
    const left = x + wide / 2 - canvas.width / 2 / scale, top = y + tall / 2 - canvas.height / 2 / scale, shown = [left, top, left + canvas.width / scale, top + canvas.height / scale];
    const tiles = zhili.wallMap.ground ? await laid(found, shown, canvas.width) : [];
    if (canvas.wanted !== mine) { return; }
    context.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
    context.clearRect(...shown.slice(0, 2), shown[2] - left, shown[3] - top);
    if (tiles.length) { tiles.forEach(({ tile, box }) => zhili.basemap.paint(context, tile, box, 0.06 * size)); } else { lay(context, found, size); }
    paint(context, found, data, size, tiles.length > 0);
    const warnings = placed(found, data.marks, size), titles = names(context, found, warnings, shown, size);
    leaders(context, [...titles.filter((one) => one.isFar), ...warnings.filter((one) => Math.hypot(one.spot[0] - one.home[0], one.spot[1] - one.home[1]) > one.r)], size);
    marks(context, warnings, size);
    titles.forEach(({ text, spot, tall }) => write(context, text, ...spot, tall, token("--map-name"), token("--map-name-halo")));
  }
  /* The site's tiles that can be seen, and where each lies; none where they cannot be had: the ground is drawn then. */
  async function laid({ areas, at, back }, [left, top, right, bottom], pixels) {
    const [west, north] = areas.degrees(back([left, top])), [east, south] = areas.degrees(back([right, bottom])), about = zhili.wallMap.ground;
    const box = (one) => { const [x0, y0] = at(areas.spot(one.west, one.north)), [x1, y1] = at(areas.spot(one.east, one.south)); return [x0, y0, x1 - x0, y1 - y0]; };
    try {
      return await Promise.all(zhili.basemap.cover(about, [west, south, east, north], pixels).map(async (one) => ({ tile: await zhili.basemap.take(about, one.z, one.x, one.y), box: box(one) })));
    } catch (error) { return []; }
  }
  /* Without tiles the ground is drawn as old maps draw a shore: steps that rise towards the district, each with its line. */
  function lay(context, { outline }, size) {
    const STEPS = [8.4, 6.1, 4.3, 2.9, 1.8, 0.9];
    context.lineJoin = "round";
    STEPS.forEach((far, at) => {
      const near = (at + 1) / STEPS.length;
      context.strokeStyle = `color-mix(in srgb, ${token("--accent")} ${(7 + 20 * near).toFixed(1)}%, ${token("--ground")})`;
      context.lineWidth = 2 * far * size;
      context.stroke(outline);
      context.strokeStyle = `color-mix(in srgb, ${token("--map-step")} ${(100 * near).toFixed(1)}%, ${token("--ground")})`;
      context.lineWidth = 2 * far * size - 0.09 * size;
      context.stroke(outline);
    });
    context.fillStyle = token("--map-hill");
    context.fill(outline, "evenodd");
  }
  function paint(context, { areas, grids, paths, every, townLines, outline }, data, size, isOverTiles) {
    const colours = Array.from({ length: SHADES }, (_, at) => token(`--map-${at}`)), none = hatched(context, size), byShade = new Map();
    grids.forEach((index, k) => {
      const shade = shadeOf(data.value[index], data);
      if (!byShade.has(shade)) { byShade.set(shade, new Path2D()); }
      byShade.get(shade).addPath(paths[k]);
    });
    context.globalAlpha = isOverTiles ? 0.8 : 1;
    byShade.forEach((path, shade) => { context.fillStyle = shade < 0 ? none : colours[shade]; context.fill(path, "evenodd"); });
    context.globalAlpha = 1;
    const line = (path, colour, width) => { context.strokeStyle = colour; context.lineWidth = width * size; context.stroke(path); };
    line(every, token("--map-border"), 0.03);
    line(townLines, token("--map-town"), 0.14);
    line(outline, token("--map-town"), 0.2);
    const index = data.area ? areas.place.get(data.area) : undefined;
    if (index !== undefined && areas.parent[index] >= 0 && areas.shape[index].length) { lift(context, new Path2D(ground.line(index)), outline, line); }
  }
  /* A chosen area stands out: what lies around it is dimmed. */
  function lift(context, chosen, outline, line) {
    const around = new Path2D(outline);
    around.addPath(chosen);
    context.globalAlpha = 0.62;
    context.fillStyle = token("--ground");
    context.fill(around, "evenodd");
    context.globalAlpha = 1;
    line(chosen, token("--text"), 0.2);
  }
  function hatched(context, size) {
    const tile = document.createElement("canvas"), paint = tile.getContext("2d"), side = 8;
    tile.width = tile.height = side;
    paint.fillStyle = token("--map-none");
    paint.fillRect(0, 0, side, side);
    paint.strokeStyle = token("--map-none-line");
    [-1, 0, 1].forEach((shift) => { paint.beginPath(); paint.moveTo(shift * side, side); paint.lineTo((shift + 1) * side, 0); paint.stroke(); });
    const fill = context.createPattern(tile, "repeat");
    fill.setTransform(new DOMMatrix().scale(size / 16));
    return fill;
  }

  /* A warning stands where its area is: one mark an area, of its gravest warning, in the shape of the grade. The gravest lie on top. */
  function placed({ areas, at }, warnings, size) {
    const gravest = new Map();
    warnings.forEach((one) => { const label = areas.label[areas.place.get(one.area)]; if (label && (gravest.get(one.area)?.grade ?? 0) < one.grade) { gravest.set(one.area, { ...one, spot: at(label) }); } });
    return apart([...gravest.values()].sort((a, b) => a.grade - b.grade).map((one) => ({ ...one, home: one.spot, r: (0.5 + 0.14 * one.grade) * size })), size);
  }
  /* From where something belongs to where there was room for it. */
  function leaders(context, all, size) {
    context.strokeStyle = context.fillStyle = token("--map-name");
    context.lineWidth = 0.09 * size;
    all.forEach(({ spot, home }) => { context.beginPath(); context.moveTo(...home); context.lineTo(...spot); context.stroke(); context.beginPath(); context.arc(...home, 0.14 * size, 0, 7); context.fill(); });
  }
  function marks(context, drawn, size) {
    drawn.forEach(({ grade, letter, spot: [x, y], waits, r }) => {
      const path = new Path2D();
      if (grade === 4) { path.rect(x - r, y - r, 2 * r, 2 * r); }
      if (grade === 3) { path.moveTo(x, y - 1.3 * r); path.lineTo(x + 1.3 * r, y); path.lineTo(x, y + 1.3 * r); path.lineTo(x - 1.3 * r, y); path.closePath(); }
      if (grade === 2) { path.moveTo(x, y - 1.2 * r); path.lineTo(x + 1.2 * r, y + r); path.lineTo(x - 1.2 * r, y + r); path.closePath(); }
      if (grade === 1) { path.arc(x, y, r, 0, 7); }
      context.lineJoin = "round";
      if (grade >= 3 && waits) { context.globalAlpha = 0.2; context.fillStyle = token(`--warn-${grade}`); context.beginPath(); context.arc(x, y, 2.1 * r, 0, 7); context.fill(); context.globalAlpha = 1; }
      context.strokeStyle = token("--ground");
      context.lineWidth = 0.3 * size;
      context.stroke(path);
      context.fillStyle = token(`--warn-${grade}`);
      context.fill(path);
      if (grade >= 2) {
        write(context, letter, x, y + (grade === 2 ? 0.3 * r : 0), 1.15 * r, token("--on-warn"));
      }
    });
  }
  /* Marks that would lie on each other are moved apart, a little at a time; one that left its place keeps a line to it. */
  function apart(all, size) {
    for (let turn = 0; turn < 60; turn += 1) {
      let moved = false;
      all.forEach((one, at) => all.slice(at + 1).forEach((other) => {
        const [dx, dy] = [other.spot[0] - one.spot[0], other.spot[1] - one.spot[1]], far = Math.hypot(dx, dy), wanted = 1.3 * (one.r + other.r) + 0.15 * size;
        if (far >= wanted) { return; }
        const way = far > 0 ? [dx / far, dy / far] : [Math.cos(at), Math.sin(at)], push = (wanted - far) / 2;
        one.spot = [one.spot[0] - way[0] * push, one.spot[1] - way[1] * push];
        other.spot = [other.spot[0] + way[0] * push, other.spot[1] + way[1] * push];
        moved = true;
      }));
      if (!moved) { break; }
    }
    return all;
  }
  /* Where towns' names have room: never over a mark or another name; in the middle, above and below it, else the nearest place around, with a line to it. */
  function names(context, { areas, at, towns }, warnings, [left, top, right, bottom], size) {
    const tall = 1.3 * size, edge = 0.04 * (right - left), taken = warnings.map(({ grade, spot: [x, y] }) => { const r = (0.7 + 0.2 * grade) * size; return [x - r, y - r, x + r, y + r]; });
    context.font = `700 ${tall}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`;
    const found = [], put = (index, steps, isFar) => {
      const home = at(areas.label[index]), text = areas.name[index], half = context.measureText(text).width / 2 + 0.15 * tall;
      const free = (box) => box[0] >= left + edge && box[2] <= right - edge && box[1] >= top + edge && box[3] <= bottom - edge && taken.every((other) => box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1]);
      for (const [across, down] of steps) {
        const spot = [home[0] + across * tall, home[1] + down * tall], box = [spot[0] - half, spot[1] - 0.6 * tall, spot[0] + half, spot[1] + 0.6 * tall];
        if (free(box)) { taken.push(box); found.push({ text, spot, home, tall, isFar }); return true; }
      }
      return false;
    };
    const seen = towns.filter((index) => { if (!areas.label[index]) { return false; } const [x, y] = at(areas.label[index]); return x > left + edge && x < right - edge && y > top && y < bottom; });
    seen.filter((index) => !put(index, NEAR, false)).forEach((index) => put(index, AROUND, true));
    return found;
  }
  function write(context, text, x, y, size, ink, halo) {
    context.font = `700 ${size}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    if (halo) { context.strokeStyle = halo; context.lineWidth = size / 3.2; context.lineJoin = "round"; context.strokeText(text, x, y); }
    context.fillStyle = ink;
    context.fillText(text, x, y);
  }
  zhili.wallMap = { draw, token, ground: null };
})();
