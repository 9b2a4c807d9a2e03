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
