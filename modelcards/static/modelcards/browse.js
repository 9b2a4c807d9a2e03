// The list of models: the tray follows the ticks, back and forward ask the server, and the link can be copied.
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;

document.addEventListener("change", (event) => {
  if (!event.target.matches("#results .choose")) return;
  const form = document.getElementById("filters");
  const values = new URLSearchParams(new FormData(form));
  htmx.ajax("GET", `${form.action}?${values}`, { source: form, target: "#tray", swap: "outerHTML" });
});

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-copy-link]");
  if (!button || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    const [idle, done] = button.children;
    idle.hidden = true;
    done.hidden = false;
    setTimeout(() => { idle.hidden = false; done.hidden = true; }, 1500);
  });
});
