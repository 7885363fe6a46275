/* Saved views: what is in the address when somebody saves, and a view's link on the clipboard. */
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
  document.addEventListener("click", (event) => {
    const sheet = document.querySelector(".saved-views[open]");
    const button = event.target.closest("[data-copy]");
    if (sheet && !sheet.contains(event.target)) { sheet.open = false; }
    if (!button || !sheet) { return; }
    const link = window.location.origin + button.dataset.copy;
    const say = (text) => window.dash_clientside.set_props("saved-views-said", { children: text });
    copy(link).then(() => say(sheet.dataset.copied), () => say(sheet.dataset.copyFailed.replace("{link}", link)));
  });
  document.addEventListener("keydown", (event) => {
    const sheet = document.querySelector(".saved-views[open]");
    if (sheet && event.key === "Escape") { sheet.open = false; sheet.querySelector("summary").focus(); }
  });
})();
