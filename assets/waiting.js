/* What takes long says so and can be stopped: a bar with a button, while any answer has been awaited for more than a moment. */
(function () {
  "use strict";
  const PATIENT_MS = 1500, LOOK_MS = 250;
  const since = new Map();
  const plain = window.fetch;
  let number = 0;

  /* From here until the function that it gives is called, an answer is awaited. */
  function awaits() {
    const mine = number += 1;
    since.set(mine, performance.now());
    return () => since.delete(mine);
  }
  window.fetch = function (resource, ...rest) {
    const address = typeof resource === "string" ? resource : (resource && resource.url) || "";
    const answer = plain.call(this, resource, ...rest);
    if (address.includes("_dash-update-component")) {
      const done = awaits();
      answer.then(done, done);
    }
    return answer;
  };

  /* who asks, so that the one who waits can stop it and nobody else: unguessable, new with every page */
  const tab = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  window.zhili = Object.assign(window.zhili || {}, { tab, awaits });

  function stop() {
    if (!since.size) { return; }
    const asked = { method: "POST", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ tab }) };
    plain.call(window, "/api/questions/stop", asked).catch(() => null);
  }
  document.addEventListener("click", (event) => { if (event.target.closest?.("#shell-stop")) { stop(); } });
  window.addEventListener("pagehide", stop);   /* nobody waits for a page that is closed or opened anew */

  window.setInterval(() => {
    const bar = document.getElementById("shell-waiting");
    if (!bar) { return; }
    const oldest = Math.min(...since.values());
    const is = performance.now() - oldest > PATIENT_MS;
    if (bar.classList.contains("hidden") === is) { bar.classList.toggle("hidden", !is); }
    if (is) { document.getElementById("shell-waited").textContent = `${Math.round((performance.now() - oldest) / 1000)} s`; }
  }, LOOK_MS);
})();
