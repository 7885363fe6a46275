/* The short way from a filter to the picture: the moment a filter changes, one request asks for everything that the page shows,
   and each part is put in its place as it arrives. Dash's own passes, for the controls, go on beside it.
   A page takes part by `data-page`; what its server answers is `{"<id>": {"<property>": value}}`, a line a part. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});
  const LATE_MS = 300;   /* after so long, what is old stands back */
  const AGAIN_MS = 5000;   /* after so long it is asked again where no answer came */
  const takers = {};
  let values = {}, now = { host: null, key: "", filters: null, asks: new Set() }, there = null;   /* the page whose frame has come */

  /* ---- where a value goes ---- */
  function build(part) {
    if (part === null || part === undefined) { return []; }
    if (Array.isArray(part)) { return part.flatMap(build); }
    if (typeof part !== "object") { return [document.createTextNode(String(part))]; }
    const made = document.createElement(part.type.toLowerCase());
    const { children, className, tabIndex, ...rest } = part.props;
    if (className) { made.className = className; }
    if (tabIndex !== undefined) { made.tabIndex = Number(tabIndex); }
    Object.entries(rest).forEach(([name, value]) => { if (value !== null) { made.setAttribute(name, value); } });
    made.append(...build(children));
    return [made];
  }
  function write(element, value) {
    if (typeof value !== "string") { element.replaceChildren(...build(value)); return; }
    const only = element.firstChild;
    if (only && only === element.lastChild && only.nodeType === Node.TEXT_NODE) { if (only.data !== value) { only.data = value; } }
    else if (element.textContent !== value || only) { element.textContent = value; }
  }
  function put(id, property, value) {
    if (takers[id]) { takers[id](value); return; }
    if (property === "data") { values[id] = value; return; }
    const element = document.getElementById(id);
    if (!element) { return; }
    if (property === "figure") { zhili.plot.draw(element, value); }
    else if (property === "children") { write(element, value); }
    else { element.setAttribute(property, value); }
  }
  function take(line) {
    Object.entries(JSON.parse(line)).forEach(([id, parts]) => Object.entries(parts).forEach(([property, value]) => put(id, property, value)));
  }

  /* ---- asking ---- */
  async function read(answer, isWanted) {
    const reader = answer.body.getReader(), decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (!isWanted()) { return; }
      const lines = (rest + decoder.decode(value || new Uint8Array(), { stream: !done })).split("\n");
      rest = lines.pop();
      lines.filter(Boolean).forEach(take);
      if (done) { return; }
    }
  }
  async function send(host, filters, changed) {
    const mine = { abort: new AbortController() }, isWanted = () => now.asks.has(mine) && host.isConnected;
    if (!changed) { now.asks.forEach((ask) => ask.abort.abort()); now.asks.clear(); }
    now.asks.add(mine);
    const done = zhili.awaits(), late = window.setTimeout(() => document.documentElement.classList.add("is-awaited"), LATE_MS);
    try {
      const body = JSON.stringify({ filters, values, changed: changed || null });
      const answer = await fetch("/answers/" + host.dataset.page, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: mine.abort.signal });
      if (!answer.ok) { throw new Error("HTTP " + answer.status); }
      await read(answer, isWanted);
    } catch (error) {
      if (error.name !== "AbortError" && isWanted()) {   /* a wall must find back by itself */
        console.warn("no answer: " + error.message);
        now.key = "";
        window.setTimeout(() => { if (now.key === "") { ask(now.filters); } }, AGAIN_MS);
      }
    } finally {
      done();
      window.clearTimeout(late);
      now.asks.delete(mine);
      if (!now.asks.size) { document.documentElement.classList.remove("is-awaited"); }
    }
  }
  const keyOf = (filters) => JSON.stringify(Object.entries(filters).sort());

  /* What the page shows for these filters; nothing if it shows that already, or has asked for it, or Dash has not yet said that
     the page's frame and its controls are there. */
  function ask(filters) {
    const host = document.querySelector("[data-page]");
    if (!filters) { return; }
    now.filters = filters;
    if (!host || host !== there) { return; }
    const key = keyOf(filters);
    if (now.host === host && now.key === key) { return; }
    if (now.host !== host) { values = Object.fromEntries(Object.entries(values).filter(([id]) => !id.endsWith("-key"))); }
    Object.assign(now, { host, key });
    send(host, filters, null);
    document.dispatchEvent(new CustomEvent("zhili-asked", { detail: filters }));
  }

  /* A page's frame has come, or one of its own controls has changed: Dash says so. */
  function follow(_page, ...rest) {
    const filters = rest.pop() || now.filters, controls = window.dash_clientside.callback_context.inputs_list.slice(1);
    const changed = controls.filter(({ id, value }) => JSON.stringify(values[id]) !== JSON.stringify(value ?? null)).map(({ id }) => id);
    controls.forEach(({ id, value }) => { values[id] = value ?? null; });
    const { host, key } = now;
    there = document.querySelector("[data-page]");
    ask(filters);
    if (host === now.host && key === now.key && changed.length && host) { send(host, now.filters, changed); }
    return window.dash_clientside.no_update;
  }

  Object.assign(zhili, { answers: { ask, takers } });
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.answers = { follow };
})();
