/* How often the forecasts of `/risk` were right: the share of incidents in the grids forecast highest, beside plain ways to
   forecast, and whether as much comes as is said. */
(function () {
  "use strict";
  const { risk } = window.zhili;
  const { state, on, make, say, number, percent, byId } = risk;
  const share = (part) => (part === null || part === undefined ? "–" : `${number(100 * part, 1)}%`);   /* methods differ by tenths */
  const WIDE = 560, TALL = 225, LEFT = 64, RIGHT = 16, ABOVE = 26, BELOW = 52;

  function table(hits) {
    const tops = hits[0].rates.map((rate) => rate.top);
    const head = make("tr", "", make("th", "", say("col_model")), ...tops.map((top) => make("th", "", say("col_top", { n: percent(top).replace(/\.0(?=%)/, "") }))));
    const best = tops.map((_, at) => Math.max(...hits.map((one) => one.rates[at]?.hit ?? 0)));
    const rows = hits.map((one) => {
      const name = make("th", "", one.name);
      name.scope = "row";
      const cells = one.rates.map((rate, at) => make("td", share(rate.hit) === share(best[at]) ? "best" : "",
        make("span", "", make("strong", "", share(rate.hit)), " ", make("small", "", `${share(rate.low).replace("%", "")}–${share(rate.high)}`)),
        make("small", "", say("pai_pei", { pai: number(rate.pai, 1), pei: number(rate.pei, 2) }))));
      return make("tr", one.is_ours ? "ours" : "", name, ...cells);
    });
    head.querySelectorAll("th").forEach((cell) => { cell.scope = "col"; });
    return make("div", "risk-scroll", make("table", "risk-table", make("thead", "", head), make("tbody", "", ...rows)));
  }

  /* By the square root both ways: most groups of grids have little. */
  function calibration(dots) {
    const { element } = window.zhili.outlines, most = Math.max(...dots.flatMap((dot) => [dot.expected, dot.high]), 1e-9) * 1.05;
    const x = (value) => LEFT + Math.sqrt(value / most) * (WIDE - LEFT - RIGHT), y = (value) => TALL - BELOW - Math.sqrt(value / most) * (TALL - ABOVE - BELOW);
    const text = (about, words) => { const made = element("text", about); made.textContent = words; return made; };
    const line = (x1, y1, x2, y2, name) => element("line", { x1, y1, x2, y2, class: name });
    const svg = element("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, class: "risk-calibration", role: "img", "aria-label": `${say("calibration")} ${say("calibration_what")}` });
    risk.shades.ticks(most).forEach((value) => {
      svg.append(line(x(value), ABOVE, x(value), TALL - BELOW, "grid"), line(LEFT, y(value), WIDE - RIGHT, y(value), "grid"));
      svg.append(text({ x: x(value), y: TALL - BELOW + 20, "text-anchor": "middle" }, number(value)), text({ x: LEFT - 8, y: y(value) + 5, "text-anchor": "end" }, number(value)));
    });
    svg.append(line(x(0), y(0), x(most), y(most), "as-said"), line(WIDE - RIGHT - 190, 12, WIDE - RIGHT - 150, 12, "as-said"), text({ x: WIDE - RIGHT - 142, y: 17, class: "direct" }, say("calibration_line")));
    svg.append(text({ x: (LEFT + WIDE - RIGHT) / 2, y: TALL - 8, "text-anchor": "middle", class: "axis" }, say("calibration_x")), text({ x: LEFT - 8, y: 16, "text-anchor": "start", class: "axis" }, say("calibration_y")));
    dots.forEach((dot) => {
      const group = element("g", { class: "dot" }, line(x(dot.expected), y(dot.low), x(dot.expected), y(dot.high), "range"), element("circle", { cx: x(dot.expected), cy: y(dot.came), r: 5 }));
      const title = element("title", {});
      title.textContent = say("calibration_dot", { expected: number(dot.expected, 2), came: number(dot.came, 2), low: number(dot.low, 2), high: number(dot.high, 2), n: number(dot.n, 0) });
      group.append(title);
      svg.append(group);
    });
    return svg;
  }
  function draw() {
    const host = byId("record"), { data } = state;
    if (!host || !data || risk.part() !== "record" || host.data === data) { return; }
    host.data = data;
    const { hits = [], calibration: dots = [] } = data, parts = [make("p", "risk-hint", say("record_what"))];
    if (hits.length) { parts.push(table(hits)); } else { parts.push(make("p", "", say("record_none"))); }
    if (dots.length) { parts.push(make("h3", "", say("calibration")), calibration(dots), make("p", "risk-hint", say("calibration_what"))); }
    if (hits.length) { parts.push(make("p", "risk-hint", say("record_legend"))); }
    if (data.hits_note) { parts.push(make("p", "risk-hint", data.hits_note)); }
    host.replaceChildren(...parts);
  }
  on("start", () => { byId("record").data = null; });
  on("data", draw);
  on("part", draw);
})();
