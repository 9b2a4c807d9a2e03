// The tree's page: its form acts when it changes, and the page changes in place.
//
// All words of the address lie in #tree-form. Another script that changes a word sets the value of its field (focus,
// open: hidden ones; chosen: a hidden field in #tray for each model) and calls requestSubmit(). What scripts write
// into an element with data-own is theirs; the server's answer leaves it as it is.
"use strict";
(() => {
  const form = () => document.getElementById("tree-form");
  const narrow = matchMedia("(max-width: 800px)");

  htmx.config.historyCacheSize = 0;
  htmx.config.refreshOnHistoryMiss = true;

  // A drawn figure is redrawn by its own script; its frame alone is brought up to date.
  const { callbacks } = Idiomorph.defaults;
  Idiomorph.defaults.ignoreActiveValue = true;
  callbacks.beforeNodeMorphed = (node, next) => {
    if (!node.dataset || !("drawn" in node.dataset || "own" in node.dataset)) return true;
    if ("drawn" in node.dataset) for (const name of ["style", "aria-label"]) node.setAttribute(name, next.getAttribute(name) || "");
    return false;
  };
  callbacks.beforeNodeRemoved = (node) => !(node.dataset && "kept" in node.dataset);
  // What stands open is the reader's.
  callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details"));

  // Says so where the site does not answer.
  const trouble = (is) => document.getElementById("tree-trouble") && (document.getElementById("tree-trouble").hidden = !is);
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, () => trouble(true));
  document.addEventListener("htmx:afterSwap", () => trouble(false));

  // An address says only what was chosen.
  document.addEventListener("formdata", (event) => {
    if (event.target !== form()) return;
    const year = form().querySelector("[data-year]");
    for (const [name, value] of [...event.formData.entries()]) {
      if (!value || (year && name === year.name && value === year.max)) event.formData.delete(name);
    }
  });

  // The filters: a panel, on a phone a sheet over the page that keeps the focus.
  const filters = () => document.getElementById("tree-filters");
  function shutOut(off) {
    const sheet = filters();
    for (let part = sheet; part && part !== document.body; part = part.parentElement) {
      for (const other of part.parentElement.children) if (other !== part && other.tagName !== "SCRIPT") other.inert = off;
    }
    document.documentElement.classList.toggle("sheet-open", off);
  }
  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target !== filters()) return;
      shutOut(narrow.matches && event.target.open);
      const first = event.target.querySelector(narrow.matches ? "[data-close]" : "input");
      if (event.target.open && first) first.focus();
    },
    true,
  );
  document.addEventListener("click", (event) => {
    if (event.target.closest("#tree-filters [data-close]")) filters().open = false;
  });
  narrow.addEventListener("change", () => filters() && shutOut(narrow.matches && filters().open));
  // What the server swaps in beside the open sheet is shut out as well, and at once.
  document.addEventListener("htmx:afterSwap", () => filters() && shutOut(narrow.matches && filters().open));

  findValues((text) => {
    const words = new URLSearchParams([...new FormData(form())].filter(([name]) => !["find", "view", "page"].includes(name)));
    words.set("find", text);
    return `${form().dataset.list}?${words}`;
  });

  // The list's buttons put a model into the compare tray, or take it out.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    const value = button.dataset.choose;
    const chosen = [...form().elements].find((field) => field.name === "chosen" && field.value === value);
    if (chosen) chosen.remove();
    else document.getElementById("tray").append(Object.assign(document.createElement("input"), { type: "hidden", name: "chosen", value }));
    form().requestSubmit();
  });

  // Keys: "/" leads to the search, the arrows go along the list.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      document.getElementById("tree-find").focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("#tree-list .hit")) return;
    const links = [...document.querySelectorAll("#tree-list .hit")];
    const next = links[links.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
