/* Saved views: what is in the address when somebody saves, and what the buttons of each view do. */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.saved_views = {
    ask(clicks, submits, name, editing) {
      const query = window.zhili.toQuery(window.zhili.fromAddress());
      return { name: name || "", query, id: editing ?? null, at: Date.now() };
    },
    keep() { return [null, ""]; },
  };
  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) { await navigator.clipboard.writeText(text); return; }
    const field = document.createElement("textarea");   /* on plain http only this old way is allowed */
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) { throw new Error("refused"); }
  }
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  function copyLink(path, words) {
    const link = window.location.origin + path;
    const say = (text) => set("saved-views-said", { children: text });
    copy(link).then(() => say(words.copied), () => say(words.copyFailed.replace("{link}", link)));
  }
  function beginRename(id, name) {
    set("saved-views-editing", { data: id });
    set("saved-views-name", { value: name });
    document.getElementById("saved-views-name").focus();
  }
  /* Heard here and not by Dash: the list is made anew whenever it opens, and a click meanwhile must count. */
  document.addEventListener("click", (event) => {
    const sheet = document.querySelector(".saved-views[open]");
    const button = event.target.closest(".saved-views-do button");
    if (sheet && !sheet.contains(event.target)) { sheet.open = false; }
    if (!button || !sheet) { return; }
    if (button.dataset.copy) { copyLink(button.dataset.copy, sheet.dataset); }
    if (button.dataset.rename) { beginRename(Number(button.dataset.rename), button.dataset.name); }
    if (button.dataset.delete && window.confirm(button.dataset.ask)) {
      set("saved-views-asked", { data: { delete: Number(button.dataset.delete), at: Date.now() } });
    }
  });
  document.addEventListener("keydown", (event) => {
    const sheet = document.querySelector(".saved-views[open]");
    if (sheet && event.key === "Escape") { sheet.open = false; sheet.querySelector("summary").focus(); }
  });
})();
