/* The list of `/warnings`: what is to be seen to, the gravest first; a row is made once and only what differs is written anew. */
(function () {
  "use strict";
  const { state, on, make, button, say, write, show, badge, byId, now, span, setQuery, choose, askList, isHere } = window.zhili.warnings;
  const GRADES = [4, 3, 2, 1];
  const rows = new Map();

  /* ---- filters ---- */
  function buildFilters() {
    const letter = { 4: "red", 3: "orange", 2: "yellow", 1: "blue" };
    byId("grades").replaceChildren(...GRADES.map((grade) => {
      const name = say("grade_" + letter[grade]), count = make("b", "");
      const made = button("warnings-grade", [badge({ grade, letter: say("letter_" + letter[grade]), grade_name: name }), count], () => toggleGrade(grade), { "data-grade": grade });
      made.title = name;
      return made;
    }));
    byId("selects").replaceChildren(select("state", say("filter_state")), select("rule", say("filter_rule")));
    rows.clear();
    byId("list").replaceChildren(...[0, 1, 2, 3].map(() => make("li", "warnings-skeleton")));
  }
  function select(name, label) {
    const chooser = make("select", "");
    chooser.id = "warnings-filter-" + name;
    chooser.addEventListener("change", () => { setQuery({ [name]: chooser.value === "open" ? "" : chooser.value }); askList(); });
    return make("label", "warnings-select", make("span", "", label), chooser);
  }
  const chosenGrades = () => (state.query.grade || "").split(",").filter(Boolean);
  function toggleGrade(grade) {
    const chosen = new Set(chosenGrades());
    if (!chosen.delete(String(grade))) { chosen.add(String(grade)); }
    setQuery({ grade: [...chosen].sort().join() });
    askList();
  }
  function fill(chooser, choices, value) {
    const key = JSON.stringify([choices, value]);
    if (chooser.dataset.key === key) { return; }
    chooser.dataset.key = key;
    chooser.replaceChildren(...choices.map(([code, text]) => { const made = make("option", "", text); made.value = code; return made; }));
    chooser.value = value;
  }
  function drawFilters() {
    const { by_grade, states, rules } = state.list, chosen = chosenGrades();
    document.querySelectorAll(".warnings-grade").forEach((face) => {
      face.setAttribute("aria-pressed", String(chosen.includes(face.dataset.grade)));
      write(face.lastChild, String(by_grade[face.dataset.grade] ?? 0));
      face.setAttribute("aria-label", `${face.title} ${by_grade[face.dataset.grade] ?? 0}`);
    });
    const named = Object.entries(states).map(([code, n]) => [code, `${code === "open" || code === "ended" ? say("choice_" + code) : say("state_" + code)} ${n}`]);
    fill(document.getElementById("warnings-filter-state"), named, state.query.state || "open");
    fill(document.getElementById("warnings-filter-rule"), [["", say("all_rules")], ...rules], state.query.rule || "");
  }

  /* ---- rows ---- */
  function timer(row) {
    if (row.is_overdue) { return say("overdue_short"); }
    if (row.answer_by === null) { return ""; }
    const left = row.answer_by - now();
    return left > 0 ? say("left", { t: span(left) }) : say("past_short");
  }
  function build(id) {
    const parts = { badge: make("span", ""), sentence: make("span", "warning-sentence"), state: make("span", "warning-state"), timer: make("span", "warning-timer"), age: make("span", "warning-age"), who: make("span", "warning-who"), tags: make("span", "warning-tags") };
    const meta = make("span", "warning-meta", parts.state, parts.timer, parts.who, parts.age, parts.tags);
    const face = button("warning-row", [parts.badge, make("span", "warning-text", parts.sentence, meta)], () => open(id), { "data-id": id });
    return { li: make("li", "", face), face, parts, key: "", row: null };
  }
  function update(made, row) {
    const key = JSON.stringify(row), { parts } = made;
    made.row = row;
    if (made.key !== key) {
      made.key = key;
      parts.badge.replaceChildren(badge(row));
      write(parts.sentence, row.sentence);
      write(parts.state, row.state_name);
      parts.state.className = `warning-state warning-state-${row.state}`;
      write(parts.who, row.who);
      parts.tags.replaceChildren(...row.tags.map((text) => make("i", "", text)));
      made.face.className = `warning-row warning-edge-${row.grade}`;
    }
    tick(made);
  }
  function tick(made) {
    const { row, parts } = made, late = row.is_overdue || (row.answer_by !== null && row.answer_by - now() < 600);
    write(parts.timer, timer(row));
    parts.timer.title = row.is_overdue ? say("overdue") : row.answer_by === null ? "" : row.answer_by > now() ? say("left_whole", { t: span(row.answer_by - now()) }) : say("past");
    parts.timer.classList.toggle("late", late);
    write(parts.age, say("age", { t: span(now() - row.raised) }));
  }
  function draw() {
    const list = byId("list"), { list: found } = state;
    if (!list || !found) { return; }
    if (found.failed) { note(found.failed); if (!rows.size) { list.replaceChildren(); } return; }
    drawFilters();
    const wanted = found.rows.map((row) => {
      const made = rows.get(row.id) || build(row.id);
      rows.set(row.id, made);
      update(made, row);
      return made;
    });
    const ids = new Set(found.rows.map((row) => row.id));
    [...rows.keys()].filter((id) => !ids.has(id)).forEach((id) => { rows.get(id).li.remove(); rows.delete(id); });
    list.querySelectorAll(".warnings-skeleton").forEach((one) => one.remove());
    wanted.forEach(({ li }, at) => { if (list.children[at] !== li) { list.insertBefore(li, list.children[at] || null); } });
    const isUnfiltered = !state.query.grade && !state.query.rule && !state.query.state && !state.filters.area;
    note(found.rows.length ? found.note : say(isUnfiltered ? "empty_all" : "empty_list"));
    markChosen(false);
  }
  function note(text) { write(byId("list-note"), text || ""); show(byId("list-note"), Boolean(text)); }

  /* ---- choosing ---- */
  function markChosen(isSeen) {
    rows.forEach(({ face }, id) => {
      const is = String(id) === state.query.warning;
      if (is) { face.setAttribute("aria-current", "true"); } else { face.removeAttribute("aria-current"); }
      if (is && isSeen) { face.scrollIntoView({ block: "nearest" }); }
    });
    state.host.classList.toggle("has-chosen", Boolean(state.query.warning));
  }
  function open(id) {
    choose(id);
    byId("one-head").focus({ preventScroll: true });
  }
  function move(step) {
    const ids = (state.list?.rows || []).map((row) => String(row.id));
    if (!ids.length) { return; }
    const at = ids.indexOf(state.query.warning), next = ids[at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + step))];
    choose(next);
    rows.get(Number(next))?.face.focus();
  }
  const isTyping = (target) => Boolean(target.closest?.("input, textarea, select, [role=combobox], [role=dialog], [contenteditable=true]"));
  document.addEventListener("keydown", (event) => {
    if (!isHere() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || (state.query.part || "work") !== "work") { return; }
    const inList = Boolean(event.target.closest?.("#warnings-list"));
    const step = event.key === "j" || (inList && event.key === "ArrowDown") ? 1 : event.key === "k" || (inList && event.key === "ArrowUp") ? -1 : 0;
    if (step) { event.preventDefault(); move(step); }
  });

  on("start", buildFilters);
  on("list", draw);
  on("choose", () => markChosen(true));
  on("tick", () => rows.forEach((made) => { if (made.row) { tick(made); } }));
})();
