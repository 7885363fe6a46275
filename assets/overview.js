/* A click on a bar of the overview sets the filter it stands for. */
(function () {
  "use strict";
  function choose(key) {
    return function (click) {
      const chosen = click && click.points && click.points[0] && click.points[0].customdata;
      if (chosen) { window.zhili.setFilter(key, chosen); }
      return window.dash_clientside.no_update;
    };
  }
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.overview = { choose_area: choose("area"), choose_category: choose("category") };
})();
