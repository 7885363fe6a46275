/* What the scripts of a page that fills itself share: elements, words, and the page's own part of the address.
   A page gives its `state` (`words`, `query`, `host`), the keys that are its own, and a name to remember them by. */
(function () {
  "use strict";
  const zhili = (window.zhili = window.zhili || {});

  function make(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) { made.className = className; }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }
  function button(className, face, does, more) {
    const made = make("button", className, ...[face].flat());
    made.type = "button";
    made.addEventListener("click", does);
    Object.entries(more || {}).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  }
  function write(element, text) { if (element && element.textContent !== text) { element.textContent = text; } }
  function show(element, is) { element?.classList.toggle("hidden", !is); }
  const clock = (at) => `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
  const speaker = (state) => (key, values) => (state.words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values?.[name] ?? "");

  /* ---- the address: the shell's keys are its own, the page's stand beside them ---- */
  function address(state, ours, name, longest) {
    const isHere = () => Boolean(state.host?.isConnected);
    function readAddress() {
      zhili.writeLate();
      const query = new URLSearchParams(window.location.search), read = {};
      ours.forEach((key) => { const value = query.get(key); if (value) { read[key] = value.slice(0, longest); } });
      const kept = window.sessionStorage.getItem(name);   /* the language is switched by a new page without our keys */
      window.sessionStorage.removeItem(name);
      return !Object.keys(read).length && kept ? JSON.parse(kept) : read;
    }
    function writeAddress() {
      zhili.writeLate();
      const query = new URLSearchParams(window.location.search);
      ours.forEach((key) => { if (state.query[key]) { query.set(key, state.query[key]); } else { query.delete(key); } });
      const text = query.toString(), wanted = window.location.pathname + (text ? "?" + text : "");
      if (wanted !== window.location.pathname + window.location.search) { window.history.replaceState(window.history.state, "", wanted); }
    }
    function setQuery(changes) {
      Object.entries(changes).forEach(([key, value]) => { if (value) { state.query[key] = String(value); } else { delete state.query[key]; } });
      writeAddress();
    }
    document.addEventListener("click", (event) => {
      if (isHere() && event.target.closest?.("#shell-lang")) { window.sessionStorage.setItem(name, JSON.stringify(state.query)); }
    }, true);
    return { isHere, readAddress, writeAddress, setQuery };
  }

  zhili.page = { make, button, write, show, clock, speaker, address };
})();
