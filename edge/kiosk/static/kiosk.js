// The board is asked for anew when the tablet says that something changed, and says so when the tablet is silent.
"use strict";

(() => {
  const body = document.body;
  const silent = document.querySelector("[data-silent]");
  const source = new EventSource(`${body.dataset.changes}?after=${body.dataset.version}`);
  source.addEventListener("changed", () => body.dispatchEvent(new CustomEvent("panah:changed")));
  source.addEventListener("open", () => {
    if (!silent.hidden) body.dispatchEvent(new CustomEvent("panah:changed"));
    silent.hidden = true;
  });
  source.addEventListener("error", () => { silent.hidden = false; });
  window.addEventListener("pagehide", () => source.close());
})();
