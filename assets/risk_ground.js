/* The ground of the map of `/risk`: outlines become paths once, and both maps look at the same part of them. */
(function () {
  "use strict";
  const GRID = 3, STEP = 1.6, CLOSEST = 24, MARGIN = 10, KM_A_DEGREE = 111.32;
  const { risk, outlines } = window.zhili;
  const { state, on, byId, button, say } = risk;
  const ground = { url: null, areas: null, drawn: [], paths: [], boxes: [], slots: null, view: null, whole: null, moved: false };

  /* Resolves to whether there is a map; asks for the outlines only when they are others than before. */
  async function ready(data) {
    if (!data.url) { ground.url = null; return false; }
    if (ground.url !== data.url) {
      try { build(await outlines.take(data.url), data.url); } catch (error) { return false; }
    }
    const slots = new Int32Array(ground.drawn.length);
    ground.drawn.forEach((index, at) => { slots[at] = state.place.get(ground.areas.id[index]) ?? -1; });
    ground.slots = slots;
    return ground.drawn.length > 0;
  }
  function build(areas, url) {
    const indexes = areas.id.map((_, index) => index), of = (level) => indexes.filter((index) => areas.level[index] === level && areas.shape[index].length);
    const { at, line, view } = outlines.laid(areas, indexes, MARGIN), drawn = of(GRID);
    Object.assign(ground, { url, areas, at, line, drawn, towns: of(1), view: [...view], whole: view });
    ground.paths = drawn.map((index) => new Path2D(line(index)));
    ground.boxes = drawn.map((index) => boxOf(index));
    ground.every = new Path2D(drawn.map(line).join(""));
    ground.outline = new Path2D((of(0).length ? of(0) : drawn).map(line).join(""));
    ground.townLines = new Path2D(ground.towns.map(line).join(""));
    ground.spot = new Map(drawn.map((index, k) => [areas.id[index], k]));
    ground.kmAUnit = KM_A_DEGREE / areas.units / (at([0, 1])[1] - at([0, 0])[1]);   /* upwards a unit of the outlines is as long everywhere */
    zoomToArea();
  }
  function boxOf(index) {
    const points = ground.areas.shape[index].flat().map(ground.at), xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  }
  function isInside(index, top) {
    for (let at = index; at >= 0; at = ground.areas.parent[at]) { if (at === top) { return true; } }
    return false;
  }
  const areaIndex = () => (state.filters?.area && ground.areas ? ground.areas.place.get(state.filters.area) : undefined);
  /* Whether a grid lies in the chosen area; every one does where none is chosen. */
  function inArea(id) {
    const area = areaIndex(), index = ground.areas?.place.get(id);
    return area === undefined || (index !== undefined && isInside(index, area));
  }
  const middle = (id) => { const label = ground.areas?.label[ground.areas.place.get(id)]; return label ? ground.at(label) : null; };

  /* ---- closer ---- */
  function zoomToArea() {
    const area = areaIndex();
    if (area === undefined || !ground.areas.shape[area]?.length || !ground.areas.parent.length || ground.areas.parent[area] < 0) { ground.view = [...ground.whole]; return; }
    const [x, y, right, bottom] = boxOf(area), room = 0.06 * Math.max(right - x, bottom - y);
    ground.view = [x - room, y - room, right - x + 2 * room, bottom - y + 2 * room];
  }
  /* How the view lies in a box of so many pixels. */
  function laidIn(width, height) {
    const [x, y, wide, tall] = ground.view, scale = Math.min(width / wide, height / tall);
    return { scale, dx: width / 2 - (x + wide / 2) * scale, dy: height / 2 - (y + tall / 2) * scale };
  }
  function place(event) {
    const box = event.currentTarget.getBoundingClientRect(), { scale, dx, dy } = laidIn(box.width, box.height);
    return [(event.clientX - box.left - dx) / scale, (event.clientY - box.top - dy) / scale, scale];
  }
  function zoom(factor, x = ground.view[0] + ground.view[2] / 2, y = ground.view[1] + ground.view[3] / 2) {
    const { whole, view } = ground, width = Math.max(whole[2] / CLOSEST, view[2] / factor), share = width / view[2];
    const next = [x - (x - view[0]) * share, y - (y - view[1]) * share, width, view[3] * share];
    ground.view = next[2] >= whole[2] && next[3] >= whole[3] ? [...whole] : next;
    risk.map.draw();
  }
  function wheel(event) {
    if (!event.ctrlKey) { return; }
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, ...place(event).slice(0, 2));
  }
  function drag(event) {
    ground.moved = false;
    if (event.button) { return; }
    const start = [event.clientX, event.clientY], from = [...ground.view], [, , scale] = place(event);
    const isWhole = ground.view[2] >= ground.whole[2] && ground.view[3] >= ground.whole[3];
    let waits = 0;
    const move = (now) => {
      ground.moved ||= Math.hypot(now.clientX - start[0], now.clientY - start[1]) > 4;
      if (isWhole || !ground.moved) { return; }
      ground.view = [from[0] - (now.clientX - start[0]) / scale, from[1] - (now.clientY - start[1]) / scale, from[2], from[3]];
      waits ||= window.requestAnimationFrame(() => { waits = 0; risk.map.draw(); });
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", () => window.removeEventListener("pointermove", move), { once: true });
  }
  const probe = document.createElement("canvas").getContext("2d");
  /* Which of the drawn grids is there, or -1. */
  function under(event) {
    const [x, y] = place(event);
    return ground.boxes.findIndex(([left, top, right, bottom], k) => x >= left && x <= right && y >= top && y <= bottom && probe.isPointInPath(ground.paths[k], x, y, "evenodd"));
  }
  function buttons() {
    const faces = [["+", "zoom_in", () => zoom(STEP)], ["−", "zoom_out", () => zoom(1 / STEP)], ["⤢", "zoom_whole", () => { ground.view = [...ground.whole]; risk.map.draw(); }]];
    byId("zoom").replaceChildren(...faces.map(([face, key, does]) => button("", face, () => { if (ground.url) { does(); } }, { title: say(key), "aria-label": say(key) })));
  }
  on("start", buttons);

  risk.ground = Object.assign(ground, { ready, inArea, areaIndex, middle, zoomToArea, laidIn, wheel, drag, under });
})();
