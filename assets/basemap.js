/* The ground under the grids: tiles that this server has (pictures, or vector tiles as lines to draw), painted into a canvas. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {}), KEPT = 300, SIDE = 256;
  const kept = new Map();
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const LINES = [["border", "--ground-border", 1.2], ["river", "--ground-water", 1.6], ["minor", "--ground-road", 0.8], ["middle", "--ground-road", 1.5], ["major", "--ground-major", 2.4], ["rail", "--ground-rail", 1.2]];

  /* A tile once it is there; null where there is none. What failed is asked for again the next time. */
  function take(about, z, x, y) {
    const url = about.url.replace("{z}", z).replace("{x}", x).replace("{y}", y);
    if (!kept.has(url)) {
      const asked = fetched(about, url);
      asked.catch(() => kept.delete(url));
      kept.set(url, asked);
      if (kept.size > KEPT) { kept.delete(kept.keys().next().value); }
    }
    return kept.get(url);
  }
  async function fetched(about, url) {
    const answer = await fetch(url);
    if (answer.status === 204) { return null; }
    if (!answer.ok) { throw new Error("no tile at " + url); }
    return about.kind === "vector" ? answer.json() : createImageBitmap(await answer.blob());
  }
  /* Into the box [x, y, wide, tall] of the context; lines are as wide as `pixel` says one is. */
  function paint(context, tile, [x, y, wide, tall], pixel) {
    if (!tile) { return; }
    if (tile.extent === undefined) { context.drawImage(tile, x, y, wide, tall); return; }
    context.save();
    context.beginPath();
    context.rect(x, y, wide, tall);
    context.clip();
    context.lineJoin = context.lineCap = "round";
    const across = wide / tile.extent, down = tall / tile.extent;
    const path = (lines) => {
      const made = new Path2D();
      lines.forEach((line) => { for (let at = 0; at < line.length; at += 2) { made[at ? "lineTo" : "moveTo"](x + line[at] * across, y + line[at + 1] * down); } });
      return made;
    };
    [["green", "--ground-green"], ["water", "--ground-water"]].forEach(([name, colour]) => { if (tile[name]) { context.fillStyle = token(colour); context.fill(path(tile[name]), "evenodd"); } });
    LINES.forEach(([name, colour, width]) => { if (tile[name]) { context.strokeStyle = token(colour); context.lineWidth = width * pixel; context.stroke(path(tile[name])); } });
    context.restore();
  }
  const column = (lon, z) => ((lon + 180) / 360) * 2 ** z, row = (lat, z) => ((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z;
  const lonOf = (x, z) => (x / 2 ** z) * 360 - 180, latOf = (y, z) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;
  /* The tiles that cover a box of degrees, each with its own box, in the zoom in which one is about 256 pixels wide. */
  function cover(about, [west, south, east, north], pixels) {
    const fine = Math.round(Math.log2(((pixels / SIDE) * 360) / (east - west))), z = Math.max(about.least, Math.min(about.most, fine)), found = [], most = 2 ** z - 1;
    for (let x = Math.max(0, Math.floor(column(west, z))); x <= Math.min(most, Math.floor(column(east, z))); x += 1) {
      for (let y = Math.max(0, Math.floor(row(north, z))); y <= Math.min(most, Math.floor(row(south, z))); y += 1) {
        found.push({ z, x, y, west: lonOf(x, z), east: lonOf(x + 1, z), north: latOf(y, z), south: latOf(y + 1, z) });
      }
    }
    return found.length > KEPT / 2 ? [] : found;
  }
  /* The same ground for Leaflet. */
  function layer(about) {
    const Ground = window.L.GridLayer.extend({
      createTile({ x, y, z }, done) {
        const canvas = document.createElement("canvas"), size = this.getTileSize(), pixels = window.devicePixelRatio || 1;
        canvas.width = size.x * pixels;
        canvas.height = size.y * pixels;
        take(about, z, x, y).then((tile) => { paint(canvas.getContext("2d"), tile, [0, 0, canvas.width, canvas.height], pixels); done(null, canvas); }, (error) => done(error, canvas));
        return canvas;
      },
    });
    return new Ground({ minNativeZoom: about.least, maxNativeZoom: about.most, minZoom: about.least, className: "map-tiles", pane: "tilePane" });
  }
  zhili.basemap = { take, paint, cover, layer, token };
})();
