/* The rules of `/warnings`: every field of the chosen one as a form, who changed it, and what it would have raised in the last 90 days. */
(function () {
  "use strict";
  const { state, on, make, button, say, byId, ask, post, name } = window.zhili.warnings;
  const LOOK_MS = 700;
  let rules = [], chosen = "", preview = null;

  async function draw() {
    const host = byId("rules");
    if (!host.childElementCount) { host.append(make("p", "warnings-note", say("loading"))); }
    const found = await ask("rules");
    if (!found || !host.isConnected) { return; }
    if (found.failed) { host.replaceChildren(make("p", "warnings-note refused", found.failed)); return; }
    rules = found.rules;
    if (!rules.some((rule) => rule.name === chosen)) { chosen = rules.find((rule) => rule.name === state.query.rule)?.name || rules[0]?.name || ""; }
    const list = make("section", "panel", make("p", "panel-note", say("rules_what")), make("ul", "warnings-rule-list", ...rules.map((rule) => {
      const tag = !rule.is_on ? say("rule_off") : rule.is_changed ? say("rule_changed") : "";
      return make("li", "", button("warnings-rule", [make("span", "", rule.title), make("i", "", tag)], () => { stop(); chosen = rule.name; draw(); }, rule.name === chosen ? { "aria-current": "true" } : {}));
    })));
    const rule = rules.find((one) => one.name === chosen);
    const focused = document.activeElement?.closest?.(".warnings-rule-list");
    host.replaceChildren(list, rule ? editor(rule) : make("section", "panel"));
    if (focused) { host.querySelector(".warnings-rule[aria-current]")?.focus(); }
  }

  /* ---- one rule ---- */
  function field(one) {
    const label = make("label", "warnings-field", make("span", "", one.label));
    let input;
    if (one.kind === "choice") {
      input = make("select", "", ...one.choices.map(([code, text]) => Object.assign(make("option", "", text), { value: code })));
      input.value = one.value;
    } else {
      input = make("input", "");
      input.type = one.kind === "switch" ? "checkbox" : "text";
      if (one.kind === "switch") { input.checked = one.value; } else { Object.assign(input, { value: one.value ?? "", inputMode: "decimal", maxLength: 20 }); }
    }
    input.name = one.name;
    const mark = () => label.classList.toggle("changed", valueOf(input) !== (one.kind === "switch" ? one.value : String(one.value ?? "")));
    input.addEventListener("input", mark);
    const isDefault = one.value === one.default, said = one.kind === "switch" ? say(one.default ? "on" : "off") : one.kind === "choice" ? one.choices.find(([code]) => code === one.default)?.[1] : one.default;
    label.append(input, make("small", "", isDefault ? "" : say("default", { value: said ?? "–" })));
    return label;
  }
  const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value.trim());
  const values = (form) => Object.fromEntries([...form.querySelectorAll("input[name], select[name]")].filter((one) => one.name !== "by").map((one) => [one.name, valueOf(one)]));

  function editor(rule) {
    const form = make("form", "", make("div", "warnings-rule-form", ...rule.fields.map(field)));
    const said = make("p", "warnings-said hidden");
    said.setAttribute("role", "status");
    const tell = (text, isRefused) => { said.textContent = text || ""; said.classList.toggle("hidden", !text); said.classList.toggle("refused", Boolean(isRefused)); };
    const save = Object.assign(make("button", "warnings-action main", say("save")), { type: "submit" });
    const by = make("label", "warnings-field", make("span", "", say("label_name")), Object.assign(make("input", ""), { name: "by", maxLength: 80, value: name() }));
    form.append(...(name() ? [] : [by]), make("div", "warnings-rule-end", save, button("warnings-action", say("reset"), () => reset(form, rule)), button("warnings-action", say("preview"), () => begin(form, rule, tell)), button("warnings-action", say("mute_rule"), () => openMute(quiet, rule))));
    const quiet = make("div", "");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const who = form.querySelector("[name=by]")?.value.trim() || name();
      if (who) { window.zhili.warnings.keepName(who); }
      const done = await post("rules/change", { rule: rule.name, values: values(form), by: who, seen: rule.seen });
      if (done.refused) { tell(done.refused, true); return; }
      await draw();
      const now = byId("rules").querySelector(".warnings-said");
      now.textContent = done.said;
      now.classList.remove("hidden");
    });
    const history = rule.history.length ? make("ol", "warning-life", ...rule.history.map((one) => make("li", "", make("span", "warning-at", one.at), make("b", "", one.what), make("span", "warning-more", one.who)))) : make("p", "panel-note", say("history_none"));
    const would = make("div", "warnings-preview");
    would.setAttribute("aria-live", "polite");
    return make("section", "panel", make("h2", "", rule.title), make("p", "panel-note", rule.what), form, said, quiet, make("p", "panel-note", say("preview_what")), would, make("h3", "", say("history")), history);
  }
  /* Nobody is told of what the rule finds, in the area that the page shows, until a time and for a reason. */
  function openMute(host, rule) {
    if (host.childElementCount) { host.replaceChildren(); return; }
    const input = (name, label, made, more) => make("label", "", make("span", "", say(label)), Object.assign(make(made, ""), { name, ...more }));
    const until = new Date(Date.now() + (24 + 8) * 3600e3).toISOString().slice(0, 16);
    const area = state.filters?.area || "", place = (area && document.getElementById("shell-area")?.value) || say("mute_everywhere"), said = make("p", "warnings-said hidden");
    said.setAttribute("role", "status");
    const form = make("form", "warnings-form", make("p", "", say("mute_rule_what", { place })),
      ...(name() ? [] : [input("by", "label_name", "input", { maxLength: 80 })]),
      input("until", "label_until", "input", { type: "datetime-local", value: until }), input("reason", "label_comment", "input", { maxLength: 1000 }), said);
    form.append(make("div", "warnings-form-end", Object.assign(make("button", "warnings-action main", say("confirm")), { type: "submit" }), button("warnings-action", say("cancel"), () => host.replaceChildren())));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, String(value).trim()]));
      if (values.by) { window.zhili.warnings.keepName(values.by); }
      const done = await post("mutes/begin", { by: name(), ...values, rule: rule.name, area });
      if (done.said) { host.replaceChildren(said); }
      said.textContent = done.said || done.refused;
      said.className = `warnings-said${done.refused ? " refused" : ""}`;
    });
    host.replaceChildren(form);
    form.querySelector("input").focus();
  }
  function reset(form, rule) {
    rule.fields.forEach((one) => {
      const input = form.querySelector(`[name="${one.name}"]`);
      if (one.kind === "switch") { input.checked = one.default; } else { input.value = one.default ?? ""; }
      input.dispatchEvent(new Event("input"));
    });
  }

  /* ---- a preview: begun, asked after, stopped ---- */
  async function begin(form, rule, tell) {
    stop();
    tell("");
    const begun = await post("preview", { rule: rule.name, values: values(form) });
    if (begun.refused) { tell(begun.refused, true); return; }
    const mine = preview = { token: begun.token };
    const host = byId("rules").querySelector(".warnings-preview"), bar = make("i", ""), words = make("p", "panel-note", "");
    host.replaceChildren(words, make("div", "warnings-progress", bar), button("warnings-action", say("cancel"), () => post("preview/stop", { token: mine.token })));
    while (preview === mine && host.isConnected) {
      const found = await ask(`preview/${encodeURIComponent(mine.token)}`);
      if (preview !== mine) { return; }
      if (found?.is_over) { preview = null; show(host, found); return; }
      if (found) { words.textContent = found.said || found.failed || ""; bar.style.width = `${(100 * (found.done || 0)) / (found.whole || 1)}%`; }
      await new Promise((wake) => window.setTimeout(wake, LOOK_MS));
    }
    post("preview/stop", { token: mine.token });
  }
  function show(host, found) {
    if (found.failed) { host.replaceChildren(make("p", "warnings-said refused", found.failed)); return; }
    host.replaceChildren(make("p", "warnings-said", found.said), make("p", "panel-note", found.note),
      make("ul", "warnings-would", ...found.rows.map((row) => make("li", "", window.zhili.warnings.badge(row), make("span", "warning-at", row.at), make("span", "", row.sentence), make("span", "warning-more", row.looks)))));
  }
  function stop() {
    if (preview) { post("preview/stop", { token: preview.token }); }
    preview = null;
  }

  on("start", () => { stop(); chosen = ""; });
  on("part", (part) => { if (part === "rules") { draw(); } else { stop(); } });
})();
