// The form of a new evaluation: nothing can be queued that differs from the preview in sight.
(() => {
  const settle = (busy) => {
    const preview = document.getElementById("preview");
    if (!preview) return;
    preview.setAttribute("aria-busy", String(busy));
    preview.querySelectorAll("button").forEach((button) => {
      if (busy) button.disabled = true;
    });
  };
  document.addEventListener("input", (event) => {
    if (event.target.closest("#ask")) settle(true);
  });
  // An answer to what was asked before the last change would undo that change: the next one is on its way.
  let asked = "";
  const choices = () => new URLSearchParams(new FormData(document.getElementById("ask"))).toString();
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "ask") asked = choices();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.elt.id === "ask" && choices() !== asked) event.detail.shouldSwap = false;
  });
  // A second press while the first is on its way would queue a second evaluation.
  let sent = false;
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#preview")) return;
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => (sent = false));

  const lost = (hidden) => document.querySelectorAll("[data-lost]").forEach((note) => (note.hidden = hidden));
  document.addEventListener("htmx:sendError", () => lost(false));
  document.addEventListener("htmx:responseError", () => lost(false));
  document.addEventListener("htmx:afterSwap", () => lost(true));
})();
