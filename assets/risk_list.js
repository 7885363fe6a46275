/* The grids at the top of `/risk`, each with what is expected, how sure that is, and why; the way through the map by keys. */
(function () {
  "use strict";
  const { risk } = window.zhili;
  const { state, on, make, button, say, number, percent, byId, choose } = risk;

  /* A bar from low to high with a dot at what is expected, all of them on one scale. */
  function bar(row, most) {
    const at = (value) => `${(100 * Math.min(1, value / most)).toFixed(1)}%`, range = make("i", ""), dot = make("b", "");
    range.style.left = at(row.low);
    range.style.right = `${(100 - parseFloat(at(row.high))).toFixed(1)}%`;
    dot.style.left = at(row.expected);
    const made = make("span", "risk-interval", range, dot);
    made.setAttribute("aria-hidden", "true");
    return made;
  }
  function kind(name) {
    if (!name) { return null; }
    const made = make("span", `risk-kind risk-kind-${name}`, say("kind_" + name));
    made.title = say(`kind_${name}_what`);
    return made;
  }
  function item(row, rank, most) {
    const expected = make("span", "risk-expected", make("strong", "", number(row.expected)), ` ${say("expected_unit")}`);
    const line = make("span", "risk-row-line", bar(row, most), make("span", "risk-range", `${number(row.low)}–${number(row.high)}`), kind(row.kind));
    const text = make("span", "risk-row-text", make("span", "risk-row-name", row.name), line, ...row.reasons.map((reason) => make("span", "risk-reason", reason)));
    const face = button("risk-row", [make("span", "risk-rank", String(rank)), text, expected], () => choose(row.grid), { "data-grid": row.grid, "aria-pressed": String(state.query.grid === row.grid) });
    return make("li", "", face);
  }
  function draw() {
    const host = byId("top"), { data } = state;
    if (!host || !data) { return; }
    const rows = data.top.map((row, at) => [row, at + 1]).filter(([row]) => risk.ground.inArea(row.grid));
    if (!rows.length) { host.replaceChildren(make("p", "risk-hint", say("top_none"))); return; }
    const most = Math.max(...data.top.map((row) => row.high), 1e-9), share = data.top.reduce((sum, row) => sum + row.expected, 0) / Math.max(1e-9, data.total.expected);
    const head = make("p", "risk-hint", `${say("top_what", { n: number(data.top.length), share: percent(Math.min(1, share)) })} ${say("top_bar", { high: number(most) })}`);
    host.replaceChildren(head, make("ol", "risk-list", ...rows.map(([row, rank]) => item(row, rank, most))));
  }
  function mark() {
    byId("top").querySelectorAll(".risk-row").forEach((face) => face.setAttribute("aria-pressed", String(face.dataset.grid === state.query.grid)));
    const chosen = byId("top").querySelector('[aria-pressed="true"]');
    if (chosen?.offsetParent && chosen !== document.activeElement) { chosen.scrollIntoView({ block: "nearest" }); }
  }
  on("data", draw);
  on("area", draw);
  on("choose", mark);
})();
