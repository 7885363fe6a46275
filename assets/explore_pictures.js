/* A picture of any view of `/explore`, made in the browser: heading, what is picked and as-of stand on it. */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const SCALE = 2, HEAD = 64, FOOT = 30, SIDE = 20;
  const { explore } = window.zhili;
  const { byId } = explore;
  const FONT = "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif";
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const element = (tag, attributes, ...children) => {
    const made = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...children);
    return made;
  };

  function texts(name) {
    const { picture } = explore.data;
    return { head: explore.fill(picture.head, { what: byId(name + "-title").textContent }), picks: picture.picks, foot: picture.foot, file: `zhili_${name}_${picture.file}` };
  }

  /* ---- figures: drawn anew for a sheet ---- */
  const WIDTH = 1200, HEIGHT = 640;
  function plotted(name) {
    const { figure } = explore.figure(name), made = sheet(WIDTH, HEIGHT, texts(name));
    const { svg } = window.zhili.plot.drawn(figure, WIDTH - 2 * SIDE, HEIGHT - HEAD - FOOT);
    svg.setAttribute("x", SIDE);
    svg.setAttribute("y", HEAD);
    made.append(svg);
    return made;
  }

  /* ---- lists and map: an SVG of our own ---- */
  function sheet(width, height, words) {
    const text = (y, size, shade, content, weight) => element("text", { x: SIDE, y, "font-size": size, fill: colour(shade), "font-weight": weight || 400 }, content);
    return element("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FONT },
      element("rect", { width, height, fill: colour("surface") }),
      text(30, 18, "text", words.head, 600), text(52, 13, "quiet", words.picks), text(height - 10, 12, "quiet", words.foot));
  }
  function listed(name) {
    const rows = [...byId(name + "-figure").querySelectorAll(".explore-row")], width = 640, step = 28;
    const made = sheet(width, HEAD + rows.length * step + FOOT + 10, texts(name));
    rows.forEach((row, at) => {
      const y = HEAD + at * step, x = SIDE + 18 * (Number(row.style.getPropertyValue("--depth")) || 0), room = width - SIDE - x;
      const share = parseFloat(row.querySelector(".explore-bar").style.width) / 100;
      const isOn = row.querySelector(".explore-pick").getAttribute("aria-pressed") === "true";
      const line = (at_x, anchor, weight, content) => element("text", { x: at_x, y: y + 20, "font-size": 14, fill: colour("text"), "text-anchor": anchor, "font-weight": weight }, content);
      made.append(element("g", { opacity: row.classList.contains("explore-pale") ? 0.45 : 1 },
        element("rect", { x, y: y + 3, width: Math.max(1, room * share), height: step - 6, rx: 3, fill: colour("accent-soft"), stroke: isOn ? colour("accent") : "none", "stroke-width": 2 }),
        line(x + 8, "start", isOn ? 700 : 400, row.querySelector(".explore-name").textContent),
        line(width - SIDE - 8, "end", 600, row.querySelector(".explore-count").textContent)));
    });
    return made;
  }
  const KEPT = ["fill", "fill-opacity", "stroke", "stroke-width", "vector-effect", "paint-order", "stroke-linejoin"];
  function mapped() {
    const shown = explore.map.state.svg, width = 1000;
    const [x, y, wide, high] = shown.getAttribute("viewBox").split(" ").map(Number);
    const height = Math.round((width - 2 * SIDE) * (high / wide));
    const copy = shown.cloneNode(true), before = shown.querySelectorAll("path, text, rect"), after = copy.querySelectorAll("path, text, rect");
    before.forEach((one, at) => {
      const look = getComputedStyle(one);
      KEPT.forEach((name) => after[at].setAttribute(name, look.getPropertyValue(name).replace(/url\(.*#/, "url(#").replace(/"\)/, ")")));
    });
    const names = copy.querySelector(".explore-names");   /* the sheet is larger than the panel, so they can be smaller */
    ["font-size", "stroke-width"].forEach((name) => names.setAttribute(name, names.getAttribute(name) * 0.55));
    names.querySelectorAll("text").forEach((one) => one.removeAttribute("stroke-width"));
    copy.querySelectorAll("[tabindex], [data-token], [class]").forEach((one) => ["tabindex", "role", "class", "data-token", "aria-pressed"].forEach((name) => one.removeAttribute(name)));
    Object.entries({ x: SIDE, y: HEAD, width: width - 2 * SIDE, height, viewBox: [x, y, wide, high].join(" ") }).forEach(([name, value]) => copy.setAttribute(name, value));
    const made = sheet(width, HEAD + height + 36 + FOOT, texts("map"));
    made.append(copy, ...legend(HEAD + height + 12));
    return made;
  }
  function legend(y) {
    return [...byId("map-figure").querySelectorAll(".explore-legend > span")].flatMap((one, at) => [
      element("rect", { x: SIDE + at * 100, y, width: 20, height: 14, rx: 2, fill: getComputedStyle(one.querySelector("i")).backgroundColor }),
      element("text", { x: SIDE + at * 100 + 26, y: y + 12, "font-size": 13, fill: colour("quiet") }, one.textContent),
    ]);
  }

  function save(url, file) {
    const link = Object.assign(document.createElement("a"), { href: url, download: file });
    document.body.append(link);
    link.click();
    link.remove();
  }
  async function drawn(svg, kind, file) {
    const text = new XMLSerializer().serializeToString(svg);
    const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    if (kind === "svg") { save(url, file + ".svg"); return; }
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Number(svg.getAttribute("width")) * SCALE;
    canvas.height = Number(svg.getAttribute("height")) * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    save(canvas.toDataURL("image/png"), file + ".png");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".explore-picture");
    if (!button || !explore.data) { return; }
    const { picture: name, kind } = button.dataset;
    if (name === "map" && !explore.map.state.svg) { return; }
    drawn(explore.figure(name) ? plotted(name) : name === "map" ? mapped() : listed(name), kind, texts(name).file);
  });
})();
