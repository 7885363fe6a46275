/* Closer to the map of `/explore`: buttons, Ctrl and the wheel, dragging; the wheel alone scrolls the page. */
(function () {
  "use strict";
  const STEP = 1.6, CLOSEST = 30, STILL = 4;
  const { explore } = window.zhili;
  let whole = null, view = null, svg = null, names = null;

  function show() {
    svg.setAttribute("viewBox", view.join(" "));
    const closer = whole[2] / view[2], group = svg.querySelector(".explore-names");
    group.setAttribute("font-size", names[0] / closer);
    group.setAttribute("stroke-width", names[1] / closer);
  }
  function zoom(factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) {
    const width = Math.min(whole[2], Math.max(whole[2] / CLOSEST, view[2] / factor)), share = width / view[2];
    view = [x - (x - view[0]) * share, y - (y - view[1]) * share, width, view[3] * share];
    if (width === whole[2]) { view = [...whole]; }
    show();
  }
  function place(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
  }
  function wheel(event) {
    if (!event.ctrlKey) { return; }
    event.preventDefault();
    zoom(event.deltaY < 0 ? STEP : 1 / STEP, ...place(event));
  }
  /* A drag moves the map; only what stays where it was pressed is a click. */
  function drag(event) {
    if (event.button || view[2] >= whole[2]) { return; }
    const from = place(event), start = [event.clientX, event.clientY];
    let moved = false;
    const move = (now) => {
      moved ||= Math.hypot(now.clientX - start[0], now.clientY - start[1]) > STILL;
      const at = place(now);
      view = [view[0] + from[0] - at[0], view[1] + from[1] - at[1], view[2], view[3]];
      show();
    };
    const done = () => {
      window.removeEventListener("pointermove", move);
      window.addEventListener("click", (click) => { if (moved) { click.stopPropagation(); } moved = false; }, { capture: true, once: true });
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", done, { once: true });
  }

  function watch(host, drawn) {
    svg = drawn;
    whole = svg.getAttribute("viewBox").split(" ").map(Number);
    view = [...whole];
    const group = () => svg.querySelector(".explore-names");
    window.queueMicrotask(() => { names = [Number(group().getAttribute("font-size")), Number(group().getAttribute("stroke-width"))]; });
    svg.addEventListener("wheel", wheel, { passive: false });
    svg.addEventListener("pointerdown", drag);
    host.append(buttons());
  }
  function buttons() {
    const { words } = explore.data, does = [["+", "zoom_in", () => zoom(STEP)], ["−", "zoom_out", () => zoom(1 / STEP)], ["⤢", "zoom_whole", () => zoom(1 / CLOSEST)]];
    return explore.make("div", "explore-zoom", ...does.map(([face, name, does_]) => {
      const button = explore.make("button", "", face);
      Object.assign(button, { type: "button", title: words[name], onclick: does_ });
      button.setAttribute("aria-label", words[name]);
      return button;
    }));
  }

  explore.zoom = { watch };
})();
