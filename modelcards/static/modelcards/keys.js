// The list by keyboard: j and k (or the arrows, once a row has the focus) go from row to row, x or space chooses,
// Enter opens, / searches, ? tells all this.
"use strict";
(() => {
  const names = () => [...document.querySelectorAll("#results tbody a.name, #results .tile a.name")];
  const rowOf = (element) => element && element.closest("#results tbody tr, #results .tile");
  const help = () => document.getElementById("keys");

  function move(step) {
    const all = names();
    if (!all.length) return false;
    const row = rowOf(document.activeElement);
    const now = row ? all.findIndex((name) => row.contains(name)) : -1;
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step));
    all[next].focus();
    rowOf(all[next]).scrollIntoView({ block: "nearest" });
    return true;
  }

  function choose() {
    const row = rowOf(document.activeElement);
    const box = row && row.querySelector(".choose");
    if (box) box.click();
    return Boolean(box);
  }

  function focusSearch() {
    document.getElementById("search").focus();
    return true;
  }

  function showHelp() {
    help().showModal();
    return true;
  }

  // Each says whether the key was for it; if not, the browser does with it what it always does.
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => rowOf(document.activeElement) && move(1),
    ArrowUp: () => rowOf(document.activeElement) && move(-1),
    x: choose,
    " ": () => document.activeElement.matches("a.name") && choose(),
    "/": () => focusSearch(),
    "?": () => showHelp(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const key = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (key && key()) event.preventDefault();
  });
  document.addEventListener("click", (event) => event.target.closest("#keys-open") && showHelp());
})();
