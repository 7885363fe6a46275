/* Outlines as plain SVG: fetched once, projected so that a kilometre is as long upwards as sideways, laid into a picture. */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg", WIDE = 1000;
  window.zhili = window.zhili || {};

  const element = (tag, attributes, ...children) => {
    const made = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...children);
    return made;
  };

  async function take(url) {
    const answer = await fetch(url);
    if (!answer.ok) { throw new Error("no outlines at " + url); }
    const packed = await answer.json();
    window.zhili.knowAreas?.(packed);   /* the wall has no filters */
    const shrink = Math.cos(((packed.shape.find((polygons) => polygons.length)?.[0][0][1] ?? 0) / packed.units) * (Math.PI / 180));
    const project = (x, y) => [x * shrink, -y];
    return {
      ...packed,
      spot: (lon, lat) => project(lon * packed.units, lat * packed.units),
      degrees: ([x, y]) => [x / shrink / packed.units, -y / packed.units],
      place: new Map(packed.id.map((id, index) => [id, index])),
      shape: packed.shape.map((polygons) => polygons.flat().map((steps) => ring(steps, project))),
      label: packed.label.map((point) => point && project(point[0], point[1])),
    };
  }

  /* Steps from corner to corner as corners. */
  function ring(steps, project) {
    const found = [];
    let x = 0, y = 0;
    for (let at = 0; at < steps.length; at += 2) { x += steps[at]; y += steps[at + 1]; found.push(project(x, y)); }
    return found;
  }

  const range = (numbers) => numbers.reduce(([low, high], n) => [Math.min(low, n), Math.max(high, n)], [Infinity, -Infinity]);

  /* How the areas of these numbers fill a picture: `at` a point, `back` the point it is of, `line` an area's path, `view` the picture's box with a margin. */
  function laid(areas, indexes, margin) {
    const corners = indexes.flatMap((index) => areas.shape[index].flat());
    const [west, east] = range(corners.map((point) => point[0])), [north, south] = range(corners.map((point) => point[1]));
    const unit = WIDE / Math.max(east - west, south - north, 1);
    const at = ([x, y]) => [(x - west) * unit, (y - north) * unit];
    const line = (index) => areas.shape[index].map((points) => "M" + points.map((p) => at(p).map((n) => n.toFixed(1)).join(" ")).join("L") + "Z").join("");
    const back = ([x, y]) => [x / unit + west, y / unit + north];
    return { at, back, line, view: [-margin, -margin, (east - west) * unit + 2 * margin, (south - north) * unit + 2 * margin] };
  }

  window.zhili.outlines = { element, take, laid };
})();
