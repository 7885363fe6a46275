/* Which grids so many teams should visit, as lists in the order of the walk and as routes on the map of `/risk`. */
(function () {
  "use strict";
  const { risk } = window.zhili;
  const { state, on, emit, make, button, say, show, write, number, percent, byId, ask, asked, setQuery, choose } = risk;
  const LIMITS = { teams: [1, 20, 3], visits: [1, 30, 8] }, PAUSE_MS = 250, AGAIN_MS = 3000;
  const patrol = { found: null, key: "", turn: 0, waits: 0 };

  const isShown = () => risk.part() === "patrol" && Boolean(patrol.found?.teams?.length);
  function size(name) {
    const [low, high, usual] = LIMITS[name], value = Number(state.query[name]);
    return Number.isInteger(value) && value >= low && value <= high ? value : usual;
  }
  const query = () => ({ ...asked(), teams: size("teams"), visits: size("visits") });

  function field(name) {
    const [low, high, usual] = LIMITS[name], input = make("input", "");
    Object.assign(input, { type: "number", name, min: low, max: high, step: 1, value: size(name), inputMode: "numeric" });
    input.addEventListener("input", () => {
      const value = Number(input.value), isGood = Number.isInteger(value) && value >= low && value <= high;
      input.setAttribute("aria-invalid", String(!isGood));
      write(byId("patrol-trouble"), isGood ? "" : say("patrol_range", { low, high }));
      if (!isGood) { return; }
      setQuery({ [name]: value === usual ? "" : value });
      window.clearTimeout(patrol.waits);
      patrol.waits = window.setTimeout(askPatrol, PAUSE_MS);
    });
    return make("label", "risk-number", make("span", "", say("patrol_" + name)), input);
  }
  function frame() {
    const named = (tag, id, name) => { const made = make(tag, name); made.id = "risk-patrol-" + id; return made; };
    const said = named("p", "said", "risk-patrol-said"), csv = named("a", "csv", "risk-download"), trouble = named("p", "trouble", "risk-hint"), teams = named("ol", "teams", "risk-teams");
    said.setAttribute("role", "status");
    trouble.setAttribute("role", "alert");
    csv.textContent = say("patrol_csv");
    csv.setAttribute("download", "");
    byId("patrol").replaceChildren(make("div", "risk-patrol-form", field("teams"), field("visits"), csv), trouble, said, teams);
  }
  async function askPatrol() {
    if (risk.part() !== "patrol" || !state.data || !risk.isHere()) { return; }
    const mine = patrol.turn += 1, wanted = query(), key = JSON.stringify([wanted, state.data.made_after, state.filters?.snapshot]);
    byId("patrol-csv").href = `/risk/patrol.csv?${new URLSearchParams(wanted)}`;
    if (patrol.key === key) { emit("patrol"); return; }
    if (!patrol.found) { write(byId("patrol-said"), say("patrol_wait")); }
    const found = await ask("patrol", wanted);
    if (mine !== patrol.turn || !risk.isHere()) { return; }
    if (!found || found.failed || found.waits) {
      write(byId("patrol-said"), found?.failed || found?.waits || say("patrol_wait"));
      if (!found?.failed) { patrol.waits = window.setTimeout(askPatrol, AGAIN_MS); }
      return;
    }
    Object.assign(patrol, { found, key });
    draw();
    emit("patrol");
  }
  function draw() {
    const { said, teams } = patrol.found;
    write(byId("patrol-said"), said || (teams.length ? "" : say("patrol_none")));
    show(byId("patrol-csv"), teams.length > 0);
    byId("patrol-teams").replaceChildren(...teams.map((team) => {
      const head = make("h3", "", team.name, make("small", "", say("patrol_team", { n: number(team.expected), share: percent(team.share) })));
      const stops = team.grids.map((stop, at) => make("li", "", button("risk-stop", [make("b", "", String(at + 1)), make("span", "", stop.name), make("small", "", number(stop.expected))], () => choose(stop.grid), { "data-grid": stop.grid, "aria-pressed": String(state.query.grid === stop.grid) })));
      return make("li", "risk-team", head, make("ol", "risk-stops", ...stops));
    }));
  }

  /* Each team's way from grid to grid, told apart by the number where it begins and by its strokes. A stop has its number where there is
     room for it, else a dot: nearer there is room. */
  function route({ over: context, unit }) {
    if (!isShown()) { return; }
    const rem = window.zhili.rem() * unit, { token } = risk.shades, colour = token("--map-strong"), halo = token("--map-mark-edge");
    const small = 0.5 * rem, large = 0.8 * rem, taken = [], way = (team) => team.grids.map((stop) => risk.ground.middle(stop.grid)).filter(Boolean);
    const hasRoom = ([x, y]) => taken.every(([a, b, r]) => Math.hypot(a - x, b - y) > small + r);
    patrol.found.teams.forEach((team) => way(team).slice(0, 1).forEach(([x, y]) => taken.push([x, y, large])));
    context.save();
    context.lineJoin = context.lineCap = "round";
    patrol.found.teams.forEach((team, at) => {
      const points = way(team), path = new Path2D();
      points.forEach(([x, y], step) => { if (step) { path.lineTo(x, y); } else { path.moveTo(x, y); } });
      [[halo, 0.34, []], [colour, 0.17, [[], [0.7 * rem, 0.45 * rem], [0.1 * rem, 0.4 * rem]][at % 3]]].forEach(([ink, width, dash]) => { context.strokeStyle = ink; context.lineWidth = width * rem; context.setLineDash(dash); context.stroke(path); });
      context.setLineDash([]);
      points.slice(1).forEach((point, step) => {
        const numbered = hasRoom(point);
        if (numbered) { taken.push([...point, small]); }
        dot(context, point, numbered ? String(step + 2) : "", numbered ? small : 0.2 * rem, token("--map-mark"), token("--map-mark-edge"), halo, 0.62 * rem);
      });
    });
    patrol.found.teams.forEach((team, at) => way(team).slice(0, 1).forEach((point) => dot(context, point, String(at + 1), large, colour, token("--ground"), halo, 1.05 * rem)));
    context.restore();
  }
  function dot(context, [x, y], text, r, fill, ink, edge, size) {
    context.beginPath();
    context.arc(x, y, r, 0, 7);
    context.fillStyle = fill;
    context.fill();
    context.strokeStyle = edge;
    context.lineWidth = r / 6;
    context.stroke();
    context.fillStyle = ink;
    context.font = `700 ${size}px "Noto Sans SC", "Noto Sans CJK SC", sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, x, y);
  }
  on("start", () => { Object.assign(patrol, { found: null, key: "" }); frame(); });
  on("data", askPatrol);
  on("part", () => { if (risk.part() === "patrol") { askPatrol(); } else if (patrol.found) { emit("patrol"); } });
  on("choose", () => byId("patrol").querySelectorAll(".risk-stop").forEach((stop) => stop.setAttribute("aria-pressed", String(stop.dataset.grid === state.query.grid))));

  risk.patrol = { route, isShown };
})();
