/* What a number or a mark is made of: one box, the same for the mouse, the keyboard and touch.
   A number is an element `.told` that holds its text in `.made-of`; a mark is a point of a plotly figure with a hovertext.
   In a figure that has the focus the arrows walk through the marks, Enter is a click, Escape closes. */
(function () {
  "use strict";
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const GAP = 10;
  let box = null, owner = null;

  function theBox() {
    if (box?.isConnected) return box;
    box = document.createElement("div");
    box.className = "made-box";
    box.id = "made-box";
    box.setAttribute("role", "status");
    box.hidden = true;
    document.body.append(box);
    return box;
  }

  /* Text from the data only ever becomes a text node. */
  function write(lines) {
    theBox().replaceChildren(...lines.map((line) => {
      const row = document.createElement("div");
      row.textContent = line;
      return row;
    }));
  }

  /* What a mark tells is written for plotly: of our markup only line ends are kept, signs of the data come as entities. */
  const linesOfMark = (text) => text.split(/<br\s*\/?>|\n/).map((line) => line.replace(/<\/?b>/g, "")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"));

  function place(rect) {
    const shown = theBox(), room = { x: document.documentElement.clientWidth, y: window.innerHeight };
    shown.hidden = false;
    const size = shown.getBoundingClientRect();
    const below = rect.bottom + GAP + size.height <= room.y, above = rect.top - GAP - size.height >= 0;
    let x = rect.left, y = below ? rect.bottom + GAP : rect.top - GAP - size.height;
    if (!below && !above) {   /* beside it, where there is room */
      y = Math.max(4, room.y - size.height - 4);
      x = rect.right + GAP + size.width <= room.x ? rect.right + GAP : rect.left - GAP - size.width;
    }
    shown.style.transform = `translate(${Math.max(4, Math.min(x, room.x - size.width - 4))}px, ${Math.max(4, y)}px)`;
  }

  function show(of, lines, rect) {
    owner = of;
    write(lines);
    place(rect);
  }
  function hide(of) {
    if (of && of !== owner) return;
    owner = null;
    if (box) box.hidden = true;
  }

  /* ---- numbers ---- */
  const toldIn = (target) => target.closest?.(".told");
  function tell(element) {
    const made = element.querySelector(".made-of"), text = made?.innerText || made?.textContent;
    if (text) show(element, text.split("\n"), element.getBoundingClientRect());
  }
  document.addEventListener("mouseover", (event) => {
    const told = toldIn(event.target);
    if (told && told !== owner) tell(told);
  });
  document.addEventListener("mouseout", (event) => {
    const told = toldIn(event.target);
    if (told && !told.contains(event.relatedTarget) && told !== document.activeElement) hide(told);
  });
  document.addEventListener("focusin", (event) => { const told = toldIn(event.target); if (told) tell(told); });
  document.addEventListener("focusout", (event) => { if (toldIn(event.target)) hide(toldIn(event.target)); });
  document.addEventListener("click", (event) => {
    const told = toldIn(event.target);
    if (told) tell(told);
    else if (owner && !event.target.closest?.(".js-plotly-plot")) hide();
  });
  document.addEventListener("scroll", () => {   /* what comes into view by the focus stays told, where it now stands */
    if (owner && owner === document.activeElement) place(owner.getBoundingClientRect());
    else hide();
  }, true);
  document.addEventListener("keydown", (event) => {   /* one Escape does one thing: the map behind does not go up as well */
    if (event.key !== "Escape" || !owner) return;
    hide();
    event.stopPropagation();
  }, true);

  /* ---- marks ---- */
  const plotIn = (element) => element?.querySelector?.(".js-plotly-plot");
  const textOf = (trace, at) => (Array.isArray(trace?.hovertext) ? trace.hovertext[at] : trace?.hovertext) || "";

  function listen(plot) {
    if (!plot?.on || plot.dataset.told) return;
    plot.dataset.told = "yes";
    plot.on("plotly_hover", (event) => showMark(plot, event.points[0]));
    plot.on("plotly_unhover", () => hide(plot));
    plot.on("plotly_afterplot", () => {   /* newer numbers: the mark that is told stays the one that is told */
      const frame = plot.closest(".panel-marks");
      if (owner === plot && frame?.dataset.mark !== undefined) walk(frame, plot, 0);
    });
  }

  function showMark(plot, point) {
    const text = textOf(point.fullData, point.pointNumber);
    plot.classList.toggle("is-told", Boolean(text));
    if (text) show(plot, linesOfMark(text), rectOf(plot, point));
  }

  function rectOf(plot, point) {
    const frame = plot.getBoundingClientRect(), at = point.bbox || { x0: 0, x1: frame.width, y0: 0, y1: frame.height };
    return { left: frame.left + at.x0, right: frame.left + at.x1, top: frame.top + at.y0, bottom: frame.top + at.y1 };
  }

  function marks(plot) {
    return (plot._fullData || []).flatMap((trace, curveNumber) =>
      trace.visible === true && trace.hoverinfo !== "skip"
        ? Array.from(trace.x || [], (_, pointNumber) => ({ curveNumber, pointNumber }))
          .filter(({ pointNumber }) => textOf(trace, pointNumber) && trace.y[pointNumber] != null && trace.x[pointNumber] != null && trace.x[pointNumber] === trace.x[pointNumber])
        : []);
  }

  function walk(frame, plot, step) {
    const found = marks(plot);
    if (!found.length) return;
    const last = Number(frame.dataset.mark ?? (step > 0 ? -1 : 0));
    const at = (last + step + found.length) % found.length;
    frame.dataset.mark = at;
    listen(plot);
    window.Plotly.Fx.hover(plot, [found[at]]);
    const hovered = plot._hoverdata?.[0], fullData = plot._fullData[found[at].curveNumber];   /* plotly tells nobody of a hover it was asked for */
    showMark(plot, hovered?.fullData ? hovered : { ...found[at], fullData });
  }

  document.addEventListener("pointerover", (event) => listen(event.target.closest?.(".js-plotly-plot")), true);
  document.addEventListener("keydown", (event) => {
    const frame = event.target.closest?.(".panel-marks"), plot = plotIn(frame);
    if (!plot || event.target !== frame) return;
    if (STEPS[event.key]) { event.preventDefault(); walk(frame, plot, STEPS[event.key]); }
    if (event.key === "Enter" && frame.dataset.mark !== undefined && plot._hoverdata) plot.emit("plotly_click", { points: plot._hoverdata, event });
  });
  document.addEventListener("focusout", (event) => {
    const frame = event.target.closest?.(".panel-marks"), plot = plotIn(frame);
    if (!plot) return;
    delete frame.dataset.mark;
    window.Plotly?.Fx.unhover(plot);
    hide(plot);
  });
})();
