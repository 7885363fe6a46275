/* The chosen warning of `/warnings`: what is known of it, part by part, and what can be done with it, by button or key. */
(function () {
  "use strict";
  const { state, on, make, button, say, write, show, badge, byId, now, span, post, choose, setQuery, again, name, remember, isHere } = window.zhili.warnings;
  const FIELDS = {
    acknowledge: [], judge_true: ["comment", "confirmed_at"], judge_false: ["comment"], dispatch: ["to", "comment"], settle: ["comment"], close: ["comment"],
    assign: ["to", "comment"], comment: ["comment"], mute: ["until", "comment"], unmute: ["comment"], merge: ["into", "comment"], reopen: ["comment"],
  };
  const MAIN = ["acknowledge", "judge_true", "judge_false", "dispatch", "settle", "close", "reopen"];
  const NEXT = ["acknowledge", "dispatch", "settle", "close", "judge_true", "reopen"];   /* the first of these that can be done is what comes next */
  const MOST = { comment: 1000, to: 80, by: 80 };
  let form = null;   /* the step whose form stands open, and of which warning */
  const drawn = {};  /* what each part shows now, as text: only what differs is drawn anew */

  /* ---- the parts ---- */
  function differs(part, value) {
    const key = JSON.stringify(value);
    if (drawn[part] === key) { return false; }
    drawn[part] = key;
    return true;
  }
  function draw() {
    const { one } = state, isThere = Boolean(one && !one.missing && !one.failed);
    show(byId("one-whole"), isThere);
    show(byId("none"), !isThere);
    write(byId("none"), one?.missing || one?.failed || say("choose"));
    byId("none").classList.toggle("refused", Boolean(one?.missing || one?.failed));
    if (!isThere) { closeForm(); return; }
    if (form && form.id !== one.id) { closeForm(); }
    if (differs("head", [one.sentence, one.state, one.facts, one.tags, one.grade, one.merged, one.merged_into, state.words.page])) { drawHead(one); }
    if (differs("steps", [one.id, one.steps, state.words.page])) { drawActions(one); }
    if (differs("why", [one.why, state.words.page])) { drawWhy(one.why); }
    if (differs("series", [one.series])) { drawSeries(one.series); }
    if (differs("incidents", [one.incidents])) { drawIncidents(one.incidents); }
    if (differs("similar", [one.similar])) { drawSimilar(one.similar); }
    if (differs("life", [one.events])) { drawLife(one.events); }
    tick();
  }
  function drawHead(one) {
    const facts = make("dl", "warning-facts", ...one.facts.map(([label, text]) => make("div", "", make("dt", "", label), make("dd", "", text))));
    const line = make("p", "warning-line", make("span", `warning-state warning-state-${one.state}`, one.state_name), make("span", "warning-timer"), ...[...one.tags, ...one.merged].map((text) => make("i", "", text)));
    const title = make("div", "warning-title", badge(one, " large"), make("h2", "", one.sentence));
    const away = one.merged_into ? button("warning-link", say("merged_into", { n: one.merged_into }), () => choose(one.merged_into)) : null;
    byId("one-head").replaceChildren(title, line, ...(away ? [away] : []), facts);
  }
  function tick() {
    const { one } = state, host = byId("one-head")?.querySelector(".warning-timer");
    if (!one || !host) { return; }
    const left = one.answer_by === null ? null : one.answer_by - now();
    write(host, one.is_overdue ? say("overdue") : left === null || left === undefined ? "" : left > 0 ? say("left_whole", { t: span(left) }) : say("past"));
    host.classList.toggle("late", Boolean(one.is_overdue || (left !== null && left < 600)));
  }
  const noteOf = (part, made) => write(byId(part + "-note"), made.failed || made.note || "");
  function drawWhy(why) {
    noteOf("why", why);
    byId("why-body").replaceChildren(make("ul", "warning-why", ...(why.rows || []).map((row) => {
      const bar = make("span", "warning-points", ...Array.from({ length: row.most }, (_, n) => make("i", n < row.points ? "on" : "")));
      bar.setAttribute("role", "img");
      bar.setAttribute("aria-label", `${row.points}/${row.most}`);
      return make("li", "", make("b", "", row.what), make("span", "", row.said), bar, make("em", "", `${row.points}/${row.most}`));
    })));
  }
  function drawSeries(series) {
    noteOf("series", series);
    show(byId("series-marks"), Boolean(series.figure));
    if (series.figure && window.zhili.plot) { window.zhili.plot.draw(byId("series-figure"), series.figure); }
  }
  function drawIncidents(incidents) {
    noteOf("incidents", incidents);
    const rows = (incidents.rows || []).map((row) => make("li", "", make("span", "warning-at", row.at), make("b", "", row.title), make("span", "warning-more", row.more), make("span", "warning-more", row.state)));
    const link = make("a", "warning-link", say("explore"));
    link.href = incidents.href || "#";
    byId("incidents-body").replaceChildren(make("ul", "warning-incidents", ...rows), ...(incidents.href ? [link] : []));
  }
  function drawSimilar(similar) {
    noteOf("similar", similar);
    byId("similar-body").replaceChildren(make("ul", "warning-similar", ...(similar.rows || []).map((row) => make("li", "",
      button("warning-other", [badge(row), make("span", "", `#${row.id}`), make("span", "warning-at", row.at), make("span", "", row.where), make("span", "warning-more", `${row.state} · ${row.outcome} · ${row.overlap}`)], () => choose(row.id))))));
  }
  function drawLife(events) {
    byId("life-body").replaceChildren(make("ol", "warning-life", ...events.map((event) => make("li", `warning-edge-${event.grade}`,
      make("span", "warning-at", event.at), make("b", "", event.what), make("span", "warning-more", event.who + (event.is_told ? ` · ${say("told")}` : "")), event.comment ? make("p", "", event.comment) : null))));
  }

  /* ---- actions ---- */
  function drawActions(one) {
    const steps = one.steps.map(([step]) => step), next = NEXT.find((step) => steps.includes(step));
    const ordered = [...one.steps].sort(([a], [b]) => (b === next) - (a === next));
    const faces = ordered.map(([step, key]) => button(`warnings-action${step === next ? " main next" : MAIN.includes(step) ? " main" : ""}`, [say("step_" + step), make("kbd", "", key.toUpperCase())], () => begin(step), { "data-step": step, "aria-keyshortcuts": key }));
    byId("actions").replaceChildren(...faces);
    if (form && !one.steps.some(([step]) => step === form.step)) { closeForm(); }
  }
  function begin(step) {
    tell("");
    if (!FIELDS[step].length && name()) { act(step, {}); return; }
    openForm(step);
  }
  function field(kind, label, step) {
    const made = make(kind === "comment" ? "textarea" : "input", "");
    made.name = kind;
    made.maxLength = MOST[kind] || 40;
    if (kind === "comment") { made.rows = 2; }
    if (kind === "until" || kind === "confirmed_at") { made.type = "datetime-local"; }
    if (kind === "until") { made.value = new Date(Date.now() + 24 * 3600e3 + 8 * 3600e3).toISOString().slice(0, 16); }
    if (kind === "into") { made.inputMode = "numeric"; made.setAttribute("list", "warnings-others"); }
    return make("label", "", make("span", "", label), made, kind === "into" ? others() : null);
  }
  function others() {
    const list = make("datalist", "");
    list.id = "warnings-others";
    (state.list?.rows || []).filter((row) => row.id !== state.one.id).forEach((row) => { const one = make("option", "", `${row.letter} ${row.sentence.slice(0, 60)}`); one.value = row.id; list.append(one); });
    return list;
  }
  const LABELS = { comment: "label_comment", until: "label_until", into: "label_into", confirmed_at: "label_confirmed", by: "label_name" };
  const labelOf = (kind, step) => say(kind === "to" ? (step === "assign" ? "label_assignee" : "label_to") : LABELS[kind]);
  function openForm(step) {
    form = { step, id: state.one.id };
    const kinds = [...(name() ? [] : ["by"]), ...FIELDS[step]];
    const host = make("form", "warnings-form", make("p", "", make("b", "", say("step_" + step)), " ", say("form_" + step)), ...kinds.map((kind) => field(kind, labelOf(kind, step), step)));
    const submit = make("button", "warnings-action main", say("confirm"), make("kbd", "", "Ctrl Enter"));
    submit.type = "submit";
    host.append(make("div", "warnings-form-end", submit, button("warnings-action", [say("cancel"), make("kbd", "", "Esc")], closeForm)));
    host.addEventListener("submit", (event) => { event.preventDefault(); send(host); });
    host.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(host); }
      if (event.key === "Escape") { event.stopPropagation(); closeForm(); byId("actions").querySelector(`[data-step=${step}]`)?.focus(); }
    });
    byId("form").replaceChildren(host);
    host.querySelector("input, textarea, button").focus();
  }
  function closeForm() { form = null; byId("form")?.replaceChildren(); }
  function send(host) {
    const values = Object.fromEntries([...new FormData(host)].map(([key, value]) => [key, String(value)]));
    if (values.by?.trim()) { keepName(values.by.trim()); }
    act(form.step, values);
  }
  let isActing = false;
  async function act(step, values) {
    if (isActing) { return; }
    isActing = true;
    const { id, seen } = state.one;
    const done = await post("act", { ...values, id, seen, step, by: values.by || name() });
    isActing = false;
    tell(done.said || done.refused, Boolean(done.refused));
    if (!done.refused) {
      closeForm();
      byId("one-head").focus({ preventScroll: true });
      if (done.id !== id) { await choose(done.id); }
    }
    await again();
  }
  function tell(text, isRefused) {
    const host = byId("said");
    write(host, text || "");
    show(host, Boolean(text));
    host.classList.toggle("refused", Boolean(isRefused));
    host.setAttribute("role", isRefused ? "alert" : "status");
  }

  /* ---- who acts ---- */
  function keepName(text) { remember("zhili-name", text.slice(0, 80)); drawName(); }
  function drawName() {
    const edit = button("warnings-name-change", say("change_name"), () => {
      const input = make("input", "");
      Object.assign(input, { value: name(), maxLength: 80 });
      input.setAttribute("aria-label", say("label_name"));
      const host = make("form", "", input, Object.assign(make("button", "warnings-name-change", say("save_name")), { type: "submit" }));
      host.addEventListener("submit", (event) => { event.preventDefault(); keepName(input.value.trim()); });
      host.addEventListener("keydown", (event) => { if (event.key === "Escape") { drawName(); } });
      byId("name").replaceChildren(host);
      input.focus();
    });
    byId("name").replaceChildren(make("span", "", say("acting_as")), make("b", "", name() || say("nobody_yet")), edit);
  }

  /* ---- keys ---- */
  document.addEventListener("keydown", (event) => {
    if (!isHere() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [role=combobox], [role=dialog]")) { return; }
    if ((state.query.part || "work") !== "work" || !state.one?.steps) { return; }
    if (event.key === "Escape" && form) { closeForm(); return; }
    const found = state.one.steps.find(([, key]) => key === event.key.toLowerCase());
    if (found && !event.shiftKey) { event.preventDefault(); begin(found[0]); }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#warnings-back")) { return; }
    setQuery({ warning: "" });
    choose("");
    state.host.classList.remove("has-chosen");
  });

  window.zhili.warnings.keepName = keepName;
  on("start", () => { Object.keys(drawn).forEach((part) => delete drawn[part]); form = null; drawName(); });
  on("choose", () => { tell(""); document.querySelector(".warnings-one-panel").scrollTop = 0; });
  on("one", draw);
  on("tick", tick);
})();
