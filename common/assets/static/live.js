// The board: encounters appear as they are committed, and the stream resumes by itself where it was cut.
"use strict";

(() => {
  const list = document.querySelector("[data-live]");
  if (!list) return;
  const state = document.querySelector("[data-live-state]");
  const announce = document.querySelector("[data-announce]");
  const empty = document.querySelector("[data-live-empty]");
  const words = new URLSearchParams({ after: list.dataset.after, lang: list.dataset.lang });
  // The browser reconnects on its own and sends Last-Event-ID, which the centre prefers to `after`.
  const source = new EventSource(`${list.dataset.live}?${words}`);

  const show = (on) => {
    state.classList.toggle("chip-leaf", on);
    state.classList.toggle("chip-saffron", !on);
    state.querySelector("[data-on]").hidden = !on;
    state.querySelector("[data-off]").hidden = on;
  };
  source.addEventListener("open", () => show(true));
  source.addEventListener("error", () => {
    show(false);
    // A refused stream (the log-in has ended) is not tried again by the browser: the page is asked for instead.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
  });

  source.addEventListener("encounter", (event) => {
    const holder = document.createElement("template");
    holder.innerHTML = event.data.trim();
    const fresh = holder.content.firstElementChild;
    if (!fresh) return;
    document.getElementById(fresh.id)?.remove();
    fresh.classList.add("arrived");
    list.prepend(fresh);
    empty.hidden = true;
    announce.textContent = fresh.dataset.announce;
    while (list.children.length > 200) list.lastElementChild.remove();
    document.body.dispatchEvent(new CustomEvent("panah:changed"));
  });
  source.addEventListener("changed", () => document.body.dispatchEvent(new CustomEvent("panah:changed")));
  window.addEventListener("pagehide", () => source.close());
})();
