/* A click on a bar or a dot sets the filter it stands for: of the overview's rankings an area or a category; elsewhere its
   customdata says which, like "area:370116". */
(function () {
  "use strict";
  const KEYS = { "overview-areas-figure": "area", "overview-categories-figure": "category" };
  document.addEventListener("plot-click", (event) => {
    const { id } = event.target, { custom } = event.detail;
    if (typeof custom !== "string") { return; }
    if (KEYS[id]) { window.zhili.setFilter(KEYS[id], custom); }
    else if (id.startsWith("timeliness-")) { const at = custom.indexOf(":"); window.zhili.setFilter(custom.slice(0, at), custom.slice(at + 1)); }
  });
})();
