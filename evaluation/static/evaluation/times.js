// Times come as UTC and are shown in the reader's own zone.
(() => {
  const brief = new Intl.DateTimeFormat(document.documentElement.lang, {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const localise = (root) =>
    root.querySelectorAll("time[data-local]").forEach((time) => {
      time.textContent = brief.format(new Date(time.dateTime));
    });
  document.addEventListener("DOMContentLoaded", () => localise(document));
  document.addEventListener("htmx:afterSwap", () => localise(document));
})();
