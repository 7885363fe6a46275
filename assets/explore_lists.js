/* The lists of `/explore`: categories as a tree, departments and channels; a row is a button with its bar behind it. */
(function () {
  "use strict";
  const NAMES = ["categories", "departments", "channels"];
  const { explore } = window.zhili;
  const { byId, make, number } = explore;
  const kept = Object.fromEntries(NAMES.map((name) => [name, new Map()]));
  const opened = new Set();

  function row(name, token) {
    const pick = make("button", "explore-pick", make("i", "explore-bar"), make("span", "explore-name"), make("b", "explore-count"));
    const item = make("li", "explore-row", pick);
    pick.type = "button";
    pick.addEventListener("click", () => explore.toggle(token));
    if (name === "categories") { item.prepend(opener(token, item)); }
    explore.tells(pick, () => [item.about.way, item.about.count, explore.data[name].total]);
    return item;
  }
  function opener(token) {
    const made = make("button", "explore-open");
    made.type = "button";
    made.addEventListener("click", () => {
      if (!opened.delete(token)) { opened.add(token); }
      draw(explore.data);
    });
    return made;
  }

  function fillIn(item, about, most) {
    item.about = about;
    const pick = item.querySelector(".explore-pick");
    pick.querySelector(".explore-bar").style.width = `${(100 * about.count) / Math.max(1, most)}%`;
    pick.querySelector(".explore-name").textContent = about.name;
    pick.querySelector(".explore-count").textContent = number(about.count);
    item.classList.toggle("explore-none", about.count === 0);
    const open = item.querySelector(".explore-open");
    if (!open) { return; }
    item.style.setProperty("--depth", about.depth - 1);
    open.style.visibility = about.has_children ? "" : "hidden";
    open.setAttribute("aria-expanded", String(opened.has(about.token)));
    open.setAttribute("aria-label", explore.fill(explore.data.words[opened.has(about.token) ? "collapse" : "expand"], { what: about.name }));
  }

  /* A row is there if everything above it is open; what is picked is opened so that it can be seen. */
  function shown(rows) {
    const by = new Map(rows.map((one) => [one.token, one]));
    explore.picked().forEach((token) => { for (let up = by.get(token)?.parent; up; up = by.get(up)?.parent) { if (!kept.seen?.has(token)) { opened.add(up); } } });
    kept.seen = new Set(explore.picked());
    rows.forEach((one) => {
      one.way = one.parent ? `${by.get(one.parent).way} › ${one.name}` : one.name;
      one.is_shown = !one.parent || (by.get(one.parent).is_shown && opened.has(one.parent));
    });
    return rows.filter((one) => one.is_shown);
  }

  function drawList(name, data) {
    const host = byId(name + "-figure");
    const list = host.querySelector("ul") || host.appendChild(make("ul", "explore-list"));
    const rows = data.failed ? [] : shown(data.rows);
    const most = Math.max(0, ...rows.filter((one) => !one.parent).map((one) => one.count));
    host.querySelector(".explore-empty")?.remove();
    if (!rows.length && !data.failed) { host.append(make("p", "explore-empty", explore.data.words.empty)); }
    const there = new Set(rows.map((one) => one.token));
    [...list.children].forEach((item) => { if (!there.has(item.about.token)) { item.remove(); } });
    rows.forEach((about, at) => {
      const item = kept[name].get(about.token) || row(name, about.token);
      kept[name].set(about.token, item);
      fillIn(item, about, most);
      if (list.children[at] !== item) { list.insertBefore(item, list.children[at] || null); }   /* moving one takes its focus away */
    });
  }

  function draw(data) {
    NAMES.forEach((name) => drawList(name, data[name]));
    showPicked();
  }

  function showPicked() {
    const now = new Set(explore.picked());
    NAMES.forEach((name) => {
      const rows = explore.data[name].rows || [];
      const by = new Map(rows.map((one) => [one.token, one]));
      const above = (one) => (one.parent ? [one.parent, ...above(by.get(one.parent))] : []);
      const holders = new Set(rows.filter((one) => now.has(one.token)).flatMap(above));
      const any = rows.some((one) => now.has(one.token));
      kept[name].forEach((item, token) => {
        const one = by.get(token);
        if (!one) { return; }
        const inside = now.has(token) || above(one).some((up) => now.has(up));
        item.querySelector(".explore-pick").setAttribute("aria-pressed", String(now.has(token)));
        item.classList.toggle("explore-pale", any && !inside && !holders.has(token));
      });
    });
  }

  explore.lists = { draw, showPicked, NAMES };
})();
