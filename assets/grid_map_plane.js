/* Outlines of the grid map are projected and written down once, in a plane of their own. To go to another area, or nearer, moves
   and stretches the plane; Leaflet by itself would project, cut and write all of them anew, which takes ten times as long. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});
  const map = (zhili.gridMap = zhili.gridMap || {});
  const ZOOM = 18;   /* a unit of the plane is half a metre; it is written with one decimal */
  let kinds = null;

  const crs = () => map.state.map.options.crs;
  const project = ([lat, lon]) => crs().latLngToPoint(window.L.latLng(lat, lon), ZOOM);

  function written(shape, origin) {
    return shape.map((rings) => rings.map((ring) => "M" + ring.map((corner) => {
      const { x, y } = project(corner);
      return `${(x - origin.x).toFixed(1)} ${(y - origin.y).toFixed(1)}`;
    }).join("L") + "Z").join("")).join("");
  }

  function define() {
    const L = window.L;
    const Renderer = L.SVG.extend({
      _initContainer() {
        L.SVG.prototype._initContainer.call(this);
        this._groups = Object.fromEntries(this.options.groups.map((name) => {
          const group = L.SVG.create("g");
          group.setAttribute("class", name);
          this._rootGroup.append(group);
          return [name, group];
        }));
      },
      _addPath(layer) {
        this._groups[layer.options.group].append(layer._path);
        layer.addInteractiveTarget(layer._path);
      },
      _update() {
        L.SVG.prototype._update.call(this);
        const zoom = this._map.getZoom(), from = this._map.getPixelOrigin(), { origin } = this.options, times = crs().scale(zoom) / crs().scale(ZOOM);
        this._rootGroup.setAttribute("transform", `translate(${origin.x * times - from.x} ${origin.y * times - from.y}) scale(${times})`);
        this.options.stretched?.(times);
      },
    });
    const kept = new WeakMap();   /* what has been written of a shape */
    const Outline = L.Path.extend({   /* a polygon would make an object of every corner */
      initialize(options) { L.setOptions(this, { fill: true, ...options }); },
      _reset() {
        if (this._written === this._path) return;   /* another path: the layer has been taken away and laid on again */
        this._written = this._path;
        const { shapes, renderer } = this.options;
        shapes.forEach((shape) => { if (!kept.has(shape)) kept.set(shape, written(shape, renderer.options.origin)); });
        this._path.setAttribute("d", shapes.map((shape) => kept.get(shape)).join(""));
      },
      _project() {},
      _update() {},
    });
    return { Renderer, Outline };
  }

  /* A plane in a pane: one picture, whose groups lie one on the other, because each picture more has to be laid over the others in
     every frame. `stretched(times)` is told how many of the screen's pixels a unit has become. */
  function plane(pane, groups, anywhere, stretched) {
    kinds ??= define();
    return new kinds.Renderer({ pane, padding: 0.2, groups, origin: project(anywhere), stretched });
  }

  /* The outlines of areas as one path in a group of a plane; a shape is an area's polygons' rings of [lat, lon]. */
  function outline(shapes, renderer, group, options) {
    return new kinds.Outline({ ...options, shapes, renderer, group });
  }

  map.plane = plane;
  map.outline = outline;
})();
