// The board is asked for anew when the tablet says that something changed, and says so when the tablet is silent.
"use strict";

(() => {
  const body = document.body;
  const silent = document.querySelector("[data-silent]");
  const show = (isSilent) => {
    silent.hidden = !isSilent;
    body.classList.toggle("is-silent", isSilent);
  };
  const source = new EventSource(`${body.dataset.changes}?after=${body.dataset.version}`);
  source.addEventListener("changed", () => body.dispatchEvent(new CustomEvent("panah:changed")));
  source.addEventListener("open", () => {
    if (!silent.hidden) body.dispatchEvent(new CustomEvent("panah:changed"));
    show(false);
  });
  source.addEventListener("error", () => show(true));
  window.addEventListener("pagehide", () => source.close());
})();
