/* The outcomes of `/warnings`: four tables as the server has made them; a cell is text, an interval, a state or a second try. */
(function () {
  "use strict";
  const { state, on, make, button, say, byId, ask, post, name } = window.zhili.warnings;
  const TABLES = ["rules", "runs", "mutes", "channels", "dead"];
  const AGAIN_MS = 15000, NUMBER = /^[\d,.−/–]+$/;
  let askedAt = 0, shown = "";

  /* A column of numbers alone, or of dashes where there are none, stands at the right. */
  const isNumbers = (rows, at) => rows.every((row) => NUMBER.test(row[at] ?? "–")) && rows.some((row) => /\d/.test(row[at] ?? ""));
  function cell(value, kind) {
    if (value === null || typeof value !== "object") { return make("td", kind, String(value ?? "")); }
    if (value.mark) { return make("td", "", make("span", `warnings-run ${value.mark}`, value.text)); }
    if (value.retry) { return make("td", "", button("warnings-small", say("try_again"), () => act("letters/again", { id: value.retry }))); }
    if (value.unmute) { return make("td", "", button("warnings-small", say("step_unmute"), () => act("mutes/end", { id: value.unmute, by: name() }))); }
    const bar = make("span", "warnings-interval"), line = make("i", ""), dot = make("b", "");
    line.style.left = `${100 * value.low}%`;
    line.style.width = `${100 * (value.high - value.low)}%`;
    dot.style.left = `${100 * value.share}%`;
    bar.append(line, dot);
    bar.setAttribute("aria-hidden", "true");
    return make("td", "", bar, value.text);
  }
  function panel(name, table) {
    const kinds = (table.columns || []).map((_, at) => (isNumbers(table.rows, at) ? "number" : ""));
    const rows = (table.rows || []).map((row) => make("tr", "", ...row.map((value, at) => cell(value, kinds[at]))));
    const head = make("thead", "", make("tr", "", ...(table.columns || []).map((text, at) => Object.assign(make("th", kinds[at], text), { scope: "col" }))));
    const drawn = rows.length ? make("div", "warnings-scroll", make("table", "warnings-table", head, make("tbody", "", ...rows))) : null;
    const title = make("h2", "", say("outcomes_" + name));
    return make("section", "panel", title, make("p", `panel-note${table.failed ? " refused" : ""}`, table.failed || table.note || ""), drawn);
  }
  async function draw() {
    const host = byId("outcomes");
    if (!host.childElementCount) { host.append(make("p", "warnings-note", say("loading"))); }
    askedAt = Date.now();
    const found = await ask("outcomes");
    if (!found || !host.isConnected) { return; }
    const key = JSON.stringify(found);
    if (key === shown && host.querySelector("section")) { return; }
    shown = key;
    host.replaceChildren(...(found.failed ? [make("p", "warnings-note refused", found.failed)] : TABLES.map((name) => panel(name, found[name]))));
  }
  async function act(path, body) {
    const done = await post(path, body);
    await draw();
    const said = make("p", `warnings-said${done.refused ? " refused" : ""}`, done.said || done.refused);
    said.setAttribute("role", "status");
    byId("outcomes").querySelector(".warnings-said")?.remove();
    byId("outcomes").prepend(said);
    byId("outcomes").scrollTop = 0;
  }

  on("start", () => { shown = ""; });
  on("part", (part) => { if (part === "outcomes") { draw(); } });
  on("tick", () => { if (state.query.part === "outcomes" && Date.now() - askedAt > AGAIN_MS) { draw(); } });
})();
