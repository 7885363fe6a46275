/* How each kind of block stands on the wall. An element that is there is used again, and only what is another value is written. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {}), SVG = "http://www.w3.org/2000/svg";

  /* The child of that name, made when it is not there. */
  function child(host, name, tag, className, space) {
    let found = [...host.children].find((one) => one.dataset.name === name);
    if (!found) {
      found = space ? document.createElementNS(space, tag) : document.createElement(tag);
      found.dataset.name = name;
      if (className) { found.setAttribute("class", className); }
      host.append(found);
    }
    return found;
  }
  const text = (element, words) => { const now = words ?? ""; if (element.textContent !== now) { element.textContent = now; } return element; };
  const attribute = (element, name, value) => { if (element.getAttribute(name) !== String(value)) { element.setAttribute(name, value); } return element; };
  const keep = (host, most) => { while (host.children.length > most) { host.lastElementChild.remove(); } };

  function numbers(host, { numbers: all }) {
    const box = child(host, "numbers", "div", "numbers");
    all.forEach((one, at) => {
      const part = child(box, String(at), "div", "number");
      part.classList.toggle("is-stale", one.is_stale);
      text(child(part, "label", "span"), one.label);
      text(child(part, "value", "b"), one.value);
      text(child(part, "unit", "i"), one.unit);
      text(child(part, "change", "span"), one.change);
    });
    keep(box, all.length);
  }
  function rows(host, { rows: all, none, more }, say) {
    const box = child(host, "rows", "ol", "rows");
    all.forEach((one, at) => {
      const part = child(box, String(at), "li", "row"), name = child(part, "name", "span", "name"), value = child(part, "value", "span");
      attribute(text(name, one.name), "title", one.name);
      text(child(value, "n", "b"), one.text);
      text(child(value, "note", "small"), one.note);
      const bar = child(child(part, "bar", "span", "bar"), "fill", "i");
      if (bar.style.width !== `${100 * one.share}%`) { bar.style.width = `${100 * one.share}%`; }
    });
    keep(box, all.length);
    host.fits = () => fits(host, box, all.length, more, none || say("none"), say);
  }
  function trend(host, { days, counts, free, title }, say) {
    const WIDE = 300, TALL = 100, most = Math.max(...counts, 1), step = WIDE / Math.max(counts.length, 1), svg = child(host, "days", "svg", "days", SVG);
    attribute(svg, "viewBox", `0 0 ${WIDE} ${TALL}`);
    attribute(svg, "preserveAspectRatio", "none");
    attribute(svg, "role", "img");
    const mean = counts.reduce((sum, n) => sum + n, 0) / Math.max(counts.length, 1);
    attribute(svg, "aria-label", say("trend_label", { title, n: counts[counts.length - 1] ?? 0, mean: Math.round(mean) }));
    counts.forEach((n, at) => {
      const bar = child(svg, String(at), "rect", "", SVG), tall = (TALL * n) / most;
      Object.entries({ x: (at * step + 0.1 * step).toFixed(2), y: (TALL - tall).toFixed(2), width: (0.8 * step).toFixed(2), height: tall.toFixed(2), class: free[at] ? "free" : "" }).forEach(([name, value]) => attribute(bar, name, value));
    });
    keep(svg, counts.length);
    const ends = child(host, "ends", "div", "days-ends");
    text(child(ends, "first", "span"), days[0]);
    text(child(ends, "most", "span"), `↑ ${most.toLocaleString("en")}`);
    text(child(ends, "last", "span"), days[days.length - 1]);
  }
  function warnings(host, { warnings: all, more, none }, say) {
    const box = child(host, "warnings", "div");
    all.forEach((one, at) => {
      const part = attribute(child(box, String(at), "div"), "class", `warning grade-row-${one.grade ?? 0}`), badge = child(part, "badge", "span");
      attribute(text(badge, one.letter), "class", one.letter ? `badge grade-${one.grade}` : "no-badge");
      attribute(badge, "title", one.grade_name ?? "");
      const words = child(part, "words", "div");
      text(child(words, "sentence", "p"), one.sentence);
      const below = child(words, "below", "small");
      text(child(below, "at", "span"), `${one.raised}  `);
      text(child(below, "waits", "b"), one.waits);
    });
    keep(box, all.length);
    host.fits = () => fits(host, box, all.length, more, none ?? say("none_open"), say);
  }
  /* What would be cut is not shown, and how many that are is said. */
  function fits(host, box, all, more, none, say) {
    const note = child(host, "more", "p", "note");
    [...box.children].forEach((one) => { one.hidden = false; });
    text(note, all ? (more ? say("more", { n: more }) : "") : none);
    let hidden = 0;
    while (host.scrollHeight > host.clientHeight + 1 && hidden < all - 1) {
      hidden += 1;
      box.children[all - hidden].hidden = true;
      text(note, say("more", { n: more + hidden }));
    }
  }
  function grades(host, { grades: all }) {
    const box = child(host, "grades", "div", "grades");
    all.forEach((one, at) => {
      const part = child(box, String(at), "div", "grade");
      attribute(text(child(part, "badge", "span"), one.letter), "class", `badge grade-${one.grade}`);
      text(child(part, "n", "b"), String(one.n));
      text(child(part, "name", "span"), one.grade_name);
    });
  }
  function map(host, data, say) {
    const stage = child(host, "stage", "div", "stage"), canvas = child(stage, "map", "canvas"), legend = child(host, "legend", "div", "legend");
    text(child(host, "none", "p", "note"), data.url ? "" : say("no_map"));
    attribute(canvas, "role", "img");
    attribute(canvas, "aria-label", say("map_label", { title: data.title, n: data.marks.length }));
    data.legend.forEach(({ shade, text: words }, at) => {
      const part = child(legend, String(at), "span"), swatch = child(part, "swatch", "i");
      swatch.style.background = shade === "none" ? `repeating-linear-gradient(45deg, ${zhili.wallMap.token("--map-none-line")} 0 2px, ${zhili.wallMap.token("--map-none")} 2px 6px)` : `var(--map-${shade})`;
      text(child(part, "text", "span"), words);
    });
    keep(legend, data.legend.length);
    text(child(host, "by", "p", "by"), [zhili.wallMap.review && say("review", { number: zhili.wallMap.review }), zhili.wallMap.ground?.by && "© " + zhili.wallMap.ground.by].filter(Boolean).join("  "));
    if (data.url) { zhili.wallMap.draw(canvas, data); }
  }

  const KINDS = { numbers, ranking: rows, offices: rows, risk: rows, steps: rows, late: rows, sensors: rows, alarms: warnings, trend, warnings, grades, map }, SHORT = ["numbers", "grades"];

  /* One block in its place: title, since when it is stale, why it failed, and its content. */
  function block(host, data, say) {
    host.classList.toggle("is-stale", typeof data.stale === "string" && data.kind !== "numbers");   /* numbers each turn grey by themselves */
    host.classList.toggle("short", SHORT.includes(data.kind));
    const head = child(host, "head", "h2");
    text(child(head, "title", "span"), data.title);
    text(child(host, "stale", "p", "note"), data.stale === null || data.stale === undefined ? data.failed : data.stale ? say("stale", { at: data.stale }) : say("stale_never"));
    const body = child(host, "body", "div", "body");
    body.fits = null;
    if (host.dataset.kind !== data.kind) { body.replaceChildren(); body.className = "body"; host.dataset.kind = data.kind; }
    if (!data.failed) { KINDS[data.kind](body, data, say); }
  }
  /* Once all blocks stand in their places: each has the room it will have. */
  const fit = () => document.querySelectorAll(".body").forEach((body) => body.fits?.());
  zhili.wallBlocks = { block, fit, text };
})();
