// Small habits every page shares. No inline script anywhere: the Content-Security-Policy allows only files of ours.
"use strict";

// Codes are shown in the reader's digits and copied as ASCII.
document.addEventListener("copy", (event) => {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !event.clipboardData) return;
  const inCode = (node) => (node && (node.nodeType === 1 ? node : node.parentElement))?.closest(".code");
  const text = selection.toString();
  if (!inCode(selection.anchorNode) && !inCode(selection.focusNode)) return;
  const ascii = text.replace(/[۰-۹]/g, (d) => String(d.charCodeAt(0) - 0x06f0)).replace(/[\u200e\u200f\u2066-\u2069]/g, "");
  event.clipboardData.setData("text/plain", ascii.trim());
  event.preventDefault();
});

// "/" goes to the search box, as its key cap says.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" && event.code !== "Slash") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A form is sent once: a second click on a slow line must not decide twice.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button[type=submit], button:not([type])")) {
    setTimeout(() => { button.disabled = true; }, 0);
  }
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button[disabled]:not([data-keep-disabled])")) button.disabled = false;
});

document.addEventListener("click", (event) => {
  const printer = event.target.closest("[data-print]");
  if (printer) window.print();
});
