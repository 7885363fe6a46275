/* Cells of the tables on `/reports`: how far a run is, and its files. */
(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const make = (...parts) => React.createElement(...parts);
  cells.ReportState = function (props) {
    const { state_name: name, share } = props.data;
    if (name !== "running") { return make("span", { className: "state " + ({ failed: "stale", done: "" }[name] ?? "late") }, props.value); }
    return make("span", { className: "report-bar" }, props.value, make("progress", { value: share, max: 1, "aria-label": props.value }));
  };
  cells.ReportFiles = function (props) {
    return make("span", { className: "report-files" }, (props.value || []).map((file) => file.href
      ? make("a", { key: file.name, href: file.href, download: file.name, title: file.name + "\nSHA-256 " + file.sha256 }, file.format)
      : make("s", { key: file.name, title: file.name + "\nSHA-256 " + file.sha256 }, file.format)));
  };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.reports = { unselect: () => [] };
})();
