/* What a number or a mark is made of: one box, the same for the mouse, the keyboard and touch.
   A number is an element `.told` that holds its text in `.made-of`; a mark is a point of a figure with a hovertext.
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

  /* What a mark tells is written as for plotly: of our markup only line ends are kept, signs of the data come as entities. */
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
    else if (owner && !event.target.closest?.(".panel-figure")) hide();
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
  const plot = () => window.zhili.plot;
  const figureIn = (element) => { const host = element?.querySelector?.(".panel-figure"); return host?.plot ? host : null; };
  const figureAt = (event) => { const host = event.target.closest?.(".panel-figure"); return host?.plot ? host : null; };
  const showMark = (host, mark) => show(host, linesOfMark(plot().textOf(host, mark)), plot().rectOf(host, mark));
  const marks = (host) => host.plot.marks.filter((mark) => plot().textOf(host, mark));

  let pointed = null;   /* looked for once a frame, however often the pointer says that it has moved */
  document.addEventListener("pointermove", (event) => {
    const host = figureAt(event);
    if (!host || event.pointerType === "touch") { if (owner?.plot && owner !== host && !owner.contains(document.activeElement)) hide(owner); return; }
    if (!pointed) requestAnimationFrame(() => { point(pointed); pointed = null; });
    pointed = { host, x: event.clientX, y: event.clientY };
  });
  function point({ host, x, y }) {
    const mark = host.plot && plot().nearest(host, x, y);
    host.classList.toggle("is-told", Boolean(mark));
    if (mark) showMark(host, mark);
    else hide(host);
  }
  document.addEventListener("pointerout", (event) => { const host = figureAt(event); if (host && !host.contains(event.relatedTarget)) hide(host); });
  document.addEventListener("click", (event) => {   /* a finger does not hover */
    const host = figureAt(event), mark = host && plot().nearest(host, event.clientX, event.clientY);
    if (mark && window.matchMedia("(hover: none)").matches) showMark(host, mark);
  });

  /* `mark` of the frame is the number of the mark that is told; newer numbers leave it the one that is told. */
  function walk(frame, host, step) {
    const found = marks(host);
    if (!found.length) return;
    const last = Number(frame.dataset.mark ?? (step > 0 ? -1 : 0)), at = (last + step + found.length) % found.length;
    frame.dataset.mark = at;
    showMark(host, found[at]);
  }
  document.addEventListener("plot-drawn", (event) => {
    const host = event.target, frame = host.closest(".panel-marks");
    if (owner === host && frame?.dataset.mark !== undefined) walk(frame, host, 0);
  });
  document.addEventListener("keydown", (event) => {
    const frame = event.target.closest?.(".panel-marks"), host = figureIn(frame);
    if (!host || event.target !== frame) return;
    if (STEPS[event.key]) { event.preventDefault(); walk(frame, host, STEPS[event.key]); }
    const mark = event.key === "Enter" && frame.dataset.mark !== undefined && marks(host)[Number(frame.dataset.mark)];
    if (mark) plot().choose(host, mark);
  });
  document.addEventListener("focusout", (event) => {
    const frame = event.target.closest?.(".panel-marks"), host = figureIn(frame);
    if (!host) return;
    delete frame.dataset.mark;
    hide(host);
  });
})();
