/* The rows on `/explore`: the grid asks anew when what is picked changes; a filter to tick codes; files to take away. */
(function () {
  "use strict";
  const TABLE = "explore-rows-table";
  const HIGH = 40, FIT_MS = 100, POLL_MS = 400, GIVE_UP = 5, OUT_OF_SIGHT_MS = 1000;
  const SCOPE = ["area", "period", "from", "to", "category", "department", "channel", "source", "as_of", "sel", "snapshot"];
  const byId = (id) => document.getElementById(id ? "explore-rows-" + id : "explore-rows");
  const words = () => JSON.parse(byId("").dataset.words);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const number = (n) => n.toLocaleString("en-US");
  const grid = () => window.dash_ag_grid.getApi(TABLE);
  const choices = {};

  window.dash_clientside = window.dash_clientside || {};
  /* AG Grid measures in px and places its menus by them, so that a wall gets larger measures instead of a zoom. */
  let fitted = null;
  function fit(scale) {
    const found = document.getElementById(TABLE) && grid();
    if (!found || !found.getGridOption("datasource")) { window.setTimeout(fit, FIT_MS, scale); return; }   /* no rows to fit yet */
    if (fitted && fitted.api === found && fitted.scale === scale) { return; }
    fitted = { api: found, scale };
    ["rowHeight", "headerHeight"].forEach((name) => found.setGridOption(name, Math.round(HIGH * scale)));
    found.setColumnWidths(found.getColumns().map((one) => ({ key: one.getColId(), newWidth: Math.round(one.getColDef().width * scale) })));
    if (scale !== 1) { found.purgeInfiniteCache(); }   /* pieces keep the height they were made with */
  }
  function ask() {
    window.dash_ag_grid.getApiAsync(TABLE).then((api) => {
      if (api.getDisplayedRowCount() > 0) { api.ensureIndexVisible(0); }
      api.deselectAll();
      api.purgeInfiniteCache();
    });
  }

  /* Rows that are out of sight come after the views, so that these need not wait for them: when they come into sight, or a moment later. */
  let due = null, timer = 0, watched = null, isInSight = false;
  const sight = new IntersectionObserver((seen) => { isInSight = seen[seen.length - 1].isIntersecting; if (isInSight) { renewNow(); } });
  function renewNow() {
    window.clearTimeout(timer);
    const asked = due;
    due = null;
    if (asked && document.getElementById(TABLE)) { asked(); }
  }
  function inTime(asked) {
    const table = document.getElementById(TABLE);
    if (table !== watched) { sight.disconnect(); sight.observe(table); watched = table; isInSight = false; }
    due = asked;
    window.clearTimeout(timer);
    if (isInSight) { renewNow(); } else { timer = window.setTimeout(renewNow, OUT_OF_SIGHT_MS); }
  }
  /* Past Dash: a callback of the filters would cost every change its passes. */
  function renew(filters) {
    const now = JSON.stringify(SCOPE.map((key) => filters[key] ?? "")), before = window.dash_component_api.getLayout("explore-rows-asked").props.data;
    window.setTimeout(fit, FIT_MS, filters.scale || 1);
    if (now === before) { return; }
    const asked = () => { window.dash_clientside.set_props("explore-rows-asked", { data: now }); ask(); };
    if (before && document.getElementById(TABLE)) { inTime(asked); } else { asked(); }
  }
  document.addEventListener("zhili-asked", (event) => { if (document.getElementById("explore-page")) { renew(event.detail); } });
  window.dash_clientside.explore_rows = {
    unselect(isOpen) { if (!isOpen) { grid()?.deselectAll(); } return window.dash_clientside.no_update; },
    offer(offered) { Object.assign(choices, offered || {}); return window.dash_clientside.no_update; },
  };

  /* ---- a filter to tick codes; null stands for what is not stated ---- */
  class ZhiliChoice {
    init(params) {
      this.params = params;
      this.ticked = null;   /* null: everything */
      this.gui = document.createElement("div");
      this.gui.className = "explore-rows-choice";
      this.gui.addEventListener("change", (event) => this.read(event.target));
    }
    getGui() { return this.gui; }
    afterGuiAttached() { this.draw(); const first = this.gui.querySelector("input"); if (first) { first.focus(); } }
    listed() { return [...(choices[this.params.column.getColId()] || []), [null, words().not_stated]]; }
    draw() {
      const line = (label, value, ticked) => {
        const row = document.createElement("label"), box = document.createElement("input");
        Object.assign(box, { type: "checkbox", checked: ticked });
        box.dataset.code = JSON.stringify(value);
        row.append(box, label);
        return row;
      };
      const all = line(words().choose_all, "all", this.ticked === null);
      all.className = "explore-rows-all";
      this.gui.replaceChildren(all, ...this.listed().map(([code, label]) => line(label, code, this.ticked === null || this.ticked.has(code))));
    }
    read(box) {
      const boxes = [...this.gui.querySelectorAll("input")].slice(1);
      if (box === this.gui.querySelector("input")) { boxes.forEach((one) => { one.checked = box.checked; }); }
      const ticked = boxes.filter((one) => one.checked).map((one) => JSON.parse(one.dataset.code));
      this.ticked = ticked.length === boxes.length ? null : new Set(ticked);
      this.gui.querySelector("input").checked = this.ticked === null;
      this.params.filterChangedCallback();
    }
    isFilterActive() { return this.ticked !== null; }
    doesFilterPass() { return true; }   /* the server sifts */
    getModel() { return this.ticked === null ? null : { filterType: "set", values: [...this.ticked] }; }
    setModel(model) { this.ticked = model ? new Set(model.values) : null; this.draw(); }
    getModelAsString() { return ""; }
  }
  window.dashAgGridFunctions = Object.assign(window.dashAgGridFunctions || {}, { ZhiliChoice });

  /* ---- files to take away: begun, asked for until it is there, fetched or cancelled ---- */
  let job = null;   /* one at a time: { token, format } */

  function show(text, share, going) {
    byId("progress").classList.remove("hidden");
    byId("said").textContent = text;
    byId("bar").value = share;
    byId("bar").classList.toggle("hidden", !going);
    byId("cancel").classList.toggle("hidden", !going);
    document.querySelectorAll("[data-take]").forEach((button) => { button.disabled = going; });
  }
  function end(text) { job = null; show(text, 0, false); }

  async function call(method, path, body) {
    const answer = await fetch("/api/exports" + path, {
      method, headers: body ? { "Content-Type": "application/json" } : {}, body: body && JSON.stringify(body),
    });
    return { status: answer.status, said: await answer.json() };
  }
  function asked(format) {
    const api = grid();
    const sort = api.getColumnState().filter((one) => one.sort).sort((a, b) => a.sortIndex - b.sortIndex);
    return {
      format, lang: document.documentElement.lang === "en" ? "en" : "zh", query: window.zhili.fromAddress(),
      sort: sort.map((one) => ({ colId: one.colId, sort: one.sort })), filter: api.getFilterModel(),
    };
  }
  function refused(said) {
    const known = words();
    if (said.reason === "too_many") { return known.too_many; }
    if (said.reason === "too_long") { return fill(known.too_long, { most: number(said.most), total: number(said.total) }); }
    return said.reason === "gone" ? known.gone : fill(known.failed, { why: said.error || said.message || "" });
  }
  async function take(format) {
    if (job) { return; }
    const mine = (job = { token: null, format });
    show(words().starting, 0, true);
    try {
      const { status, said } = await call("POST", "", asked(format));
      if (status !== 202) { end(refused(said)); return; }
      mine.token = said.token;
      if (mine.cancelled) { await stop(mine); return; }
      follow(mine, 0);
    } catch { end(words().gone); }
  }
  function follow(mine, missed) { window.setTimeout(() => look(mine, missed), POLL_MS); }

  async function look(mine, missed) {
    if (job !== mine || mine.cancelled) { return; }
    let found;
    try { found = await call("GET", "/" + mine.token); } catch {
      if (missed + 1 < GIVE_UP) { follow(mine, missed + 1); } else { end(words().gone); }
      return;
    }
    const { status, said } = found;
    if (job !== mine || mine.cancelled || !byId("progress")) { return; }
    if (status !== 200 || said.state === "failed") { end(refused(said)); return; }
    if (said.state === "cancelled") { end(words().cancelled); return; }
    if (said.state === "done") { fetchFile(mine, said); return; }
    show(fill(words().progress, { written: number(said.written), total: number(said.total) }), said.total ? said.written / said.total : 0, true);
    follow(mine, 0);
  }
  function fetchFile(mine, said) {
    const link = document.createElement("a");
    link.href = `/api/exports/${mine.token}/file`;
    link.download = said.name;
    document.body.append(link);
    link.click();
    link.remove();
    end(fill(words().done, { name: said.name, total: number(said.written) }));
  }
  async function stop(mine) {
    mine.cancelled = true;
    if (!mine.token) { return; }   /* it is being begun: stopped as soon as it has a name */
    try { await call("DELETE", "/" + mine.token); end(words().cancelled); } catch { end(words().gone); }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (button) { take(button.dataset.take); }
    if (event.target.closest("#explore-rows-cancel") && job) { stop(job); }
    if (event.target.closest("#explore-rows-clear")) {
      grid().setFilterModel(null);
      grid().applyColumnState({ defaultState: { sort: null } });
    }
  });
})();
