// The slider of the years, and their play: the tree grows year by year, each when the one before is drawn.
"use strict";
(() => {
  const STEP = matchMedia("(prefers-reduced-motion: reduce)").matches ? 2000 : 900; // ms, and what the answer takes
  const slider = () => document.querySelector("#tree-form [data-year]");
  const button = () => document.querySelector("#tree-form [data-play]");
  let playing = false;
  let timer = 0;

  function say() {
    const year = slider();
    year.setAttribute("aria-valuetext", year.value);
    document.querySelector(`output[for="${year.id}"]`).textContent = year.value;
  }

  function show() {
    const own = button();
    if (!own) return;
    own.dataset.idle ||= own.getAttribute("aria-label");
    own.setAttribute("aria-label", playing ? own.dataset.playing : own.dataset.idle);
    own.textContent = playing ? "❚❚" : "▶";
  }

  function stop() {
    clearTimeout(timer);
    playing = false;
    show();
  }

  function go(value) {
    const year = slider();
    year.value = value;
    say();
    year.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const atEnd = () => Number(slider().value) >= Number(slider().max);

  function start() {
    playing = true;
    show();
    go(atEnd() ? slider().min : Number(slider().value) + 1);
  }

  function next() {
    clearTimeout(timer);
    if (!playing) return;
    if (!slider() || atEnd()) stop();
    else timer = setTimeout(() => go(Number(slider().value) + 1), STEP);
  }

  document.addEventListener("input", (event) => event.target.matches("[data-year]") && say());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-play]")) return;
    if (playing) stop();
    else start();
  });
  document.addEventListener("htmx:afterSettle", next);
  for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(trouble, stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
})();
