/* Cells of the tables on `/data`, and what needs no server. */
(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  cells.AsOf = function (props) {
    if (props.value === null || props.value === undefined) { return null; }
    const query = new URLSearchParams(window.location.search);
    query.set("as_of", props.value);
    return React.createElement("a", { href: "/?" + query.toString(), className: "as-of-link" }, props.value);
  };
  cells.DataState = function (props) {
    return React.createElement("span", { className: "state " + props.data.state_name }, props.value);
  };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.data = { unselect: () => [] };
})();
