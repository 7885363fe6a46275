/* A click on a dot of the timeliness page sets the filter it stands for: its customdata says which, like "area:370116". */
(function () {
  "use strict";
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.timeliness = {
    choose(click) {
      const chosen = click && click.points && click.points[0] && click.points[0].customdata;
      if (chosen) { const at = chosen.indexOf(":"); window.zhili.setFilter(chosen.slice(0, at), chosen.slice(at + 1)); }
      return window.dash_clientside.no_update;
    },
  };
})();
