// The list of models: the tray follows the ticks, back and forward ask the server, the link can be copied, and on a
// phone the filters are a sheet. (Without scripts the sheet opens by its fragment; a pushed address would close that.)
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;

document.addEventListener("change", (event) => {
  if (!event.target.matches("#results .choose")) return;
  const form = document.getElementById("filters");
  const values = new URLSearchParams(new FormData(form));
  htmx.ajax("GET", `${form.action}?${values}`, { source: form, target: "#tray", swap: "outerHTML" });
});

function openSheet(open) {
  document.getElementById("rail").classList.toggle("open", open);
  document.querySelector(open ? ".sheet-head a" : "#filters-link").focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#filters-link, .sheet-head a");
  if (!link) return;
  event.preventDefault();
  openSheet(link.id === "filters-link");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.querySelector("#rail.open")) openSheet(false);
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
