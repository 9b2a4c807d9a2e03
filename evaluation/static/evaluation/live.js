// Keeps a page's live part current without a reload: asks the page's own address for that part and changes in place
// what differs. Quick while something moves, slower while nothing does, silent when the tab is hidden or all is over.
(() => {
  const QUICK = 2000;
  const SLOW = 15000;
  const LOST = 60000;

  // What a reader is typing, what is ticked and which details stand open belong to the reader, not to the server.
  const readers = { open: "details", checked: "[data-pick]", hidden: "[data-pick]" };
  Idiomorph.defaults.ignoreActiveValue = true;
  // A figure that is drawn is redrawn by its own script, when what it shows has changed; what scripts added stays.
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !(node.dataset && "drawn" in node.dataset);
  Idiomorph.defaults.callbacks.beforeNodeRemoved = (node) => !(node.dataset && "kept" in node.dataset);
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(readers[name] && node.matches(readers[name]));

  function follow(part) {
    let wait = QUICK;
    let timer = 0;
    let last = "";
    let logsAtEnd = [];
    const unfinished = () => part.querySelector("[data-unfinished]") !== null;
    const ask = () => htmx.trigger(part, "live");
    const plan = () => {
      clearTimeout(timer);
      if (unfinished() && !document.hidden) timer = setTimeout(ask, wait);
    };
    const toEnd = (log) => (log.scrollTop = log.scrollHeight);

    part.addEventListener("htmx:beforeSwap", (event) => {
      const text = event.detail.xhr.responseText;
      wait = text === last ? Math.min(wait * 1.5, SLOW) : QUICK;
      if (text === last) event.detail.shouldSwap = false;
      last = text;
      logsAtEnd = [...part.querySelectorAll(".log")]
        .filter((log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 4)
        .map((log) => log.id);
    });
    part.addEventListener("htmx:afterSwap", () => {
      logsAtEnd.map((id) => document.getElementById(id)).filter(Boolean).forEach(toEnd);
    });
    part.addEventListener("htmx:afterRequest", (event) => {
      const lost = !event.detail.successful;
      if (lost) wait = Math.min(wait * 2, LOST);
      document.querySelectorAll("[data-lost]").forEach((note) => (note.hidden = !lost));
      plan();
    });
    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (!document.hidden && unfinished()) ask();
    });
    part.querySelectorAll(".log").forEach(toEnd);
    plan();
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-live]").forEach(follow));
})();
