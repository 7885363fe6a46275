/* The filters and the address line: one holds what the other says. Pages never see the address, they see the store `filters`. */
(function () {
  "use strict";
  const KEYS = ["area", "period", "from", "to", "category", "department", "channel", "source", "as_of", "metric", "layers", "sel", "lang", "theme"];
  const LONG = { sel: 3000 };   /* signs of a value that are read; the others are short */
  const YEAR_SECONDS = 31536000;

  window["dayjs_locale_zh-cn"] = {
    name: "zh-cn", weekStart: 1,
    weekdays: "星期日_星期一_星期二_星期三_星期四_星期五_星期六".split("_"),
    weekdaysShort: "周日_周一_周二_周三_周四_周五_周六".split("_"),
    weekdaysMin: "日_一_二_三_四_五_六".split("_"),
    months: "1月_2月_3月_4月_5月_6月_7月_8月_9月_10月_11月_12月".split("_"),
    monthsShort: "1月_2月_3月_4月_5月_6月_7月_8月_9月_10月_11月_12月".split("_"),
    ordinal: (n) => n + "日",
    formats: { LT: "HH:mm", LTS: "HH:mm:ss", L: "YYYY-MM-DD", LL: "YYYY年M月D日", LLL: "YYYY年M月D日 HH:mm", LLLL: "YYYY年M月D日 HH:mm" },
  };
  window.dashMantineFunctions = window.dashMantineFunctions || {};
  window.dashMantineFunctions.everything = ({ options }) => options;
  /* As Mantine's own, which trims every label at every drawing and takes 5 ms for it. */
  window.dashMantineFunctions.containing = ({ options, search, limit }) => {
    const wanted = search.trim().toLowerCase(), found = [];
    for (const option of options) {
      if (found.length === limit) { break; }
      if (!wanted || option.label.toLowerCase().includes(wanted)) { found.push(option); }
    }
    return found;
  };

  function remembered(name) {
    const found = document.cookie.match(new RegExp("(?:^|; )zhili_" + name + "=([a-z]+)"));
    return found ? found[1] : null;
  }
  function remember(name, value) {
    document.cookie = `zhili_${name}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  }
  /* A filter is written into the address when its picture is there: that takes the browser 10 ms, in which it could draw. Whatever
     else somebody does, it is written before that. */
  const LATE_MS = 100;
  let late = null;   /* what the address does not say yet */
  function writeLate() {
    if (late === null) { return; }
    window.history.pushState({}, "", window.location.pathname + late);
    late = null;
    document.dispatchEvent(new CustomEvent("zhili-written"));
  }
  function pushLate(query) {
    writeLate();
    late = query;
    window.setTimeout(() => { if (late === query) { writeLate(); } }, LATE_MS);
  }
  function fromAddress() {
    const query = new URLSearchParams(late ?? window.location.search);
    const read = {};
    KEYS.forEach((key) => { const value = query.get(key); if (value) { read[key] = value.slice(0, LONG[key] || 300); } });
    return read;
  }
  function toQuery(filters) {
    const query = new URLSearchParams();
    KEYS.forEach((key) => {
      const value = filters[key];
      if (value && !(key === "period" && value === "30d")) { query.set(key, value); }
    });
    const text = query.toString();
    return text ? "?" + text : "";
  }
  function scale() { return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; }

  /* Before anything is drawn: the theme this browser asks for, so that nothing flashes. */
  const address = fromAddress();
  ["lang", "theme"].forEach((name) => { if (/^(zh|en|dark|light)$/.test(address[name] || "")) { remember(name, address[name]); } });
  if (!remembered("theme")) {
    remember("theme", window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
  }
  document.documentElement.setAttribute("data-theme", remembered("theme"));
  /* A browser that is new here is told where the guide is, until it has seen it or says no. */
  if (!remembered("seen")) { document.documentElement.dataset.new = ""; }
  function seen() { remember("seen", "yes"); delete document.documentElement.dataset.new; }
  document.addEventListener("click", (event) => { if (event.target.closest?.("#shell-first-open, #shell-first-close, #shell-help")) { seen(); } });
  document.documentElement.lang = (address.lang || remembered("lang")) === "en" ? "en" : "zh-CN";

  /* measured when the window changes and not with every filter: to ask for a style makes the browser lay the page out */
  let scaled = 1;
  function tellScale() { scaled = scale(); document.documentElement.style.setProperty("--scale", scaled); }
  tellScale();
  window.addEventListener("resize", tellScale);

  /* Dash's Location would lay the page out anew when only the query has changed. Back and forward within a page are ours. */
  let path = window.location.pathname;
  /* Which page this is, for its styles. Not by `.shell:has(.page)`: the whole page is then styled anew whenever anything in it changes. */
  function sayWhere() { document.documentElement.dataset.at = window.location.pathname.replace(/(.)\/$/, "$1"); }
  sayWhere();
  let backs = 0, backsSettled = 0;   /* Dash may merge two requests into one and forget what triggered the first; these do not */
  window.addEventListener("popstate", (event) => {
    late = null;
    if (window.location.pathname === path) { event.stopImmediatePropagation(); }
    path = window.location.pathname;
    sayWhere();
    backs += 1;
    window.dash_clientside.set_props("shell-back", { data: backs });
  }, true);
  window.addEventListener("_dashprivate_pushstate", () => {
    late = null;
    path = window.location.pathname;
    sayWhere();
    backs += 1;
    window.setTimeout(() => window.dash_clientside.set_props("shell-back", { data: backs }), 0);
  }, true);

  function complete(read, language, snapshot) {
    return Object.assign({ period: "30d" }, read, {
      lang: /^(zh|en)$/.test(read.lang || "") ? read.lang : language,
      theme: /^(dark|light)$/.test(read.theme || "") ? read.theme : remembered("theme"),
      scale: scaled, snapshot: snapshot || 0, tab: window.zhili.tab,
    });
  }
  /* A control that drops a value it does not know must not rewrite the address: only what a person, or a page, did may. */
  let touched = false;
  ["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, () => {
    touched = true;
    document.documentElement.classList.add("is-asked");
    writeLate();
  }, true));
  const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text || "") && !Number.isNaN(Date.parse(text));

  const CONTROLS = ["area", "period", "dates", "category", "department", "channel", "source", "as-of"].map((name) => "shell-" + name);
  const propsOf = (id) => window.dash_component_api.getLayout(id)?.props || {};
  let isSetting = false;   /* all controls are set together, and followed only then */
  function setControls(filters) {
    const { area, period, from, to, category, department, channel, source, as_of: asOf } = filters;
    const dates = isDay(from) && isDay(to) ? [from, to] : [null, null];
    touched = false;
    isSetting = true;
    [area, period, dates, category, department, channel, source, asOf].forEach((value, n) => {
      window.dash_clientside.set_props(CONTROLS[n], { value: value === undefined ? null : value });
    });
    isSetting = false;
  }
  function fromControls([area, period, dates, category, department, channel, source, asOf]) {
    const read = { area, period, category, department, channel, source, as_of: asOf };
    if (period === "custom" && dates && dates[0] && dates[1]) { [read.from, read.to] = dates; }
    ["metric", "layers", "sel", "lang", "theme"].forEach((key) => { read[key] = fromAddress()[key]; });
    Object.keys(read).forEach((key) => { if (!read[key]) { delete read[key]; } });
    return read;
  }
  /* Links to pages keep the filters: what the address says when one is followed. They are written past Dash, which would
     go through the whole page for each of them at every change. */
  const leadsTo = (link) => new URL(link.href, window.location.href).pathname;
  function mark() {
    document.querySelectorAll(".nav-link").forEach((link) => {
      const target = leadsTo(link);
      link.setAttribute("href", target + toQuery(fromAddress()));
      if (target === window.location.pathname) { link.setAttribute("aria-current", "page"); } else { link.removeAttribute("aria-current"); }
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".nav-link");
    if (!link || "leaves" in link.dataset || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    event.stopPropagation();
    writeLate();
    window.history.pushState({}, "", leadsTo(link) + toQuery(fromAddress()));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }, true);

  const CHIPS = ["department", "channel", "source", "as_of"];
  function part(type, props) { return { type, namespace: "dash_html_components", props }; }
  function chip(name, label, text) {
    const words = [part("Span", { children: label }), part("B", { children: text }), part("I", { children: "×", "aria-hidden": "true" })];
    return part("Button", { children: words, type: "button", className: "chip", title: `${label} ${text}`, "data-clears": name });
  }
  document.addEventListener("click", (event) => {
    const cleared = event.target.closest?.("[data-clears]");
    if (cleared) { window.zhili.setFilter(cleared.dataset.clears, null); document.getElementById("shell-more").focus(); }
    const open = document.querySelector(".more[open]");
    if (open && !event.target.closest?.(".more, .mantine-Popover-dropdown, .mantine-Select-dropdown")) { open.open = false; }
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest?.(".more[open]");
    if (!open || event.target.getAttribute("aria-expanded") === "true") { return; }
    open.open = false;
    document.getElementById("shell-more").focus();
    event.stopPropagation();
  }, true);

  /* New numbers that a person has asked for show that they are on their way; those that come by themselves do not. */
  function sayWhoAsks(next, before) {
    const byItself = before && Object.keys(next).every((key) => key === "snapshot" || next[key] === before[key]);
    if (byItself && next.snapshot !== before.snapshot) { document.documentElement.classList.remove("is-asked"); }
    if (!byItself) { document.documentElement.classList.add("is-asked"); }
  }

  /* What to look areas up by: what a person types, or a chosen area that the list does not hold yet; nothing if all is there. */
  function lookFor(filters, scope) {
    const { searchValue: typed, data } = propsOf("shell-area"), offered = data || [], before = propsOf("shell-looked").data;
    const isChosen = !typed || offered.find((area) => area.label === typed)?.value === filters.area;
    const isThere = before && before.scope === scope && (!filters.area || offered.some((area) => area.value === filters.area));
    return isChosen && isThere ? null : { text: isChosen ? "" : typed, area: filters.area || "", scope };
  }
  /* Past Dash, where it can be: to make the provider, which all controls lie in, an output of the filters draws all of them anew. */
  function dress(filters) {
    const root = document.documentElement;
    root.dataset.period = filters.period;
    if (root.dataset.theme !== filters.theme) { root.dataset.theme = filters.theme; }
    if (root.dataset.mantineColorScheme !== filters.theme) { window.dash_clientside.set_props("shell-provider", { forceColorScheme: filters.theme }); }
  }

  /* What the controls, the address and the theme's switch come to: the page is asked for it at once. Returns what of it is new. */
  let themeTurns = 0;
  function settled(isPeriodNew, themeClicks) {
    const snapshot = propsOf("shell-snapshot").data, language = propsOf("shell-language").data;
    const filters = propsOf("filters").data, scope = propsOf("shell-scope").data;
    if (snapshot === null || snapshot === undefined) { return {}; }   /* the first answer brings it */
    let read;
    if (!filters || backs !== backsSettled) {
      backsSettled = backs;
      read = fromAddress();
      setControls(complete(read, language, snapshot));
    } else {
      const controls = CONTROLS.map((name) => propsOf(name).value);
      read = touched ? fromControls(controls) : fromAddress();
      if ((themeClicks || 0) > themeTurns) {
        themeTurns = themeClicks;
        read.theme = filters.theme === "dark" ? "light" : "dark";
        remember("theme", read.theme);
      }
      if (touched && read.period === "custom" && !read.from) {   /* the person is still choosing the days: the last period stands */
        const now = fromAddress();
        if (isPeriodNew) {
          document.documentElement.dataset.period = "custom";
          return {};
        }
        ["period", "from", "to"].forEach((key) => { if (now[key]) { read[key] = now[key]; } else { delete read[key]; } });
      }
      if (toQuery(read) !== toQuery(fromAddress())) { pushLate(toQuery(read)); }
    }
    const next = complete(read, language, snapshot);
    sayWhoAsks(next, filters);
    window.zhili.answers.ask(next);
    dress(next);
    const nextScope = [next.as_of || "", next.snapshot, next.lang, backsSettled].join("|");   /* what a filter alone does not change */
    window.setTimeout(mark, 0);
    return {
      filters: JSON.stringify(next) === JSON.stringify(filters) ? null : next,
      scope: nextScope === scope ? null : nextScope,
    };
  }

  /* The controls are followed past Dash: the passes of a callback cost a change 20 ms, and the page would be asked only after them. */
  let isWatched = false;
  function watch() {
    if (isWatched) { return; }
    isWatched = true;
    const store = window.dash_stores[0], read = () => CONTROLS.map((name) => propsOf(name).value);
    let layout = null, said = read(), typed = propsOf("shell-area").searchValue;
    store.subscribe(() => {
      const now = store.getState().layout;
      if (now === layout || isSetting) { return; }
      layout = now;
      const before = said, typedBefore = typed;
      said = read();
      typed = propsOf("shell-area").searchValue;
      const isNew = said.map((value, n) => value !== before[n]);
      if (isNew.includes(true)) { tell(settled(isNew[CONTROLS.indexOf("shell-period")])); }
      if (isNew[0] || typed !== typedBefore) { look(); }
    });
  }
  function tell({ filters, scope }) {
    if (filters) { window.dash_clientside.set_props("filters", { data: filters }); }
    if (scope) { window.dash_clientside.set_props("shell-scope", { data: scope }); }
  }
  function look() {
    const filters = propsOf("filters").data, wanted = filters && lookFor(filters, propsOf("shell-scope").data);
    if (wanted) { window.dash_clientside.set_props("shell-looked", { data: wanted }); }
  }

  window.zhili = Object.assign(window.zhili || {}, { fromAddress, toQuery, writeLate, isLate: () => late !== null, rem: () => 16 * scaled });
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.shell = {
    settle(_snapshot, _back, themeClicks) {
      const none = window.dash_clientside.no_update, isFirst = !propsOf("filters").data, found = settled(false, themeClicks);
      watch();
      if (!isFirst) { tell(found); return [none, none]; }   /* later, what Dash hands on could be older than what was told past it */
      return [found.filters ?? none, found.scope ?? none];
    },
    look(scope, filters) { return (filters && lookFor(filters, scope)) || window.dash_clientside.no_update; },
    /* What is chosen behind "more filters" stands in the bar, each with a way to take it back. */
    showChosen(...controls) {
      const chosen = [];
      CHIPS.forEach((name, at) => {
        const [value, data, label] = controls.slice(3 * at, 3 * at + 3);
        if (!value) { return; }
        const choice = (data || []).find((one) => (one.value ?? one) === value);
        chosen.push(chip(name, label, choice ? choice.label ?? choice : value));
      });
      return [chosen, chosen.length ? String(chosen.length) : ""];
    },
    speak(clicks, language) {
      const next = language === "zh" ? "en" : "zh";
      remember("lang", next);
      window.location.assign(window.location.pathname + toQuery(Object.assign(fromAddress(), { lang: next })));
      return window.dash_clientside.no_update;
    },
  };
  /* How a page keeps a choice of its own (`metric`, `layers`, `sel`) in the address: zhili.setQuery("metric", "open_count"). */
  window.zhili.setQuery = function (key, value) {
    const read = fromAddress();
    writeLate();
    if (value) { read[key] = value; } else { delete read[key]; }
    window.history.pushState({}, "", window.location.pathname + toQuery(read));
    backs += 1;
    window.dash_clientside.set_props("shell-back", { data: backs });
  };
  /* Outlines that a page has fetched know every area's name: one that is chosen on a map need not be looked up. */
  let known = null;
  window.zhili.knowAreas = (packed) => { known = packed; };
  function choiceOf(area) {
    const way = [];
    for (let at = known ? known.id.indexOf(area) : -1; at >= 0; at = known.parent[at]) { way.unshift(known.name[at]); }
    const label = (way.length > 1 ? way.slice(1) : way).join(" › "), listed = propsOf("shell-area").data || [];
    return label ? { data: [{ value: area, label }, ...listed.filter(({ value }) => value !== area).slice(0, 30)], searchValue: label } : { searchValue: "" };
  }
  /* How a page's own script sets a filter: zhili.setFilter("area", "370116001"). */
  window.zhili.setFilter = function (key, value) {
    touched = true;
    window.dash_clientside.set_props("shell-" + key.replace("_", "-"), { ...(key === "area" ? choiceOf(value) : {}), value });
  };
})();
