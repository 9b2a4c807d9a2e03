// A range of the rail: two thumbs write into its two fields. The fields are what is sent; without scripts they are all.
// A thumb at its edge leaves its field blank: no limit.
"use strict";
(() => {
  const UNITS = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "K"], [1, ""]];
  const BEFORE_1970 = 719163; // days of the calendar before 1 January 1970
  const waits = new Map();

  function size(number) {
    for (const [worth, unit] of UNITS) {
      if (number < worth) continue;
      const shown = Number((number / worth).toPrecision(2));
      return shown >= 1000 && unit !== "T" ? size(shown * worth) : `${shown}${unit}`;
    }
    return "1";
  }
  function month(days) {
    return new Date((Math.round(days) - BEFORE_1970) * 864e5).toISOString().slice(0, 7);
  }
  function written(box, place) {
    const [start, end] = [Number(box.dataset.start), Number(box.dataset.end)];
    const share = place / 1000;
    if (box.dataset.range === "days") return month(start + (end - start) * share);
    return size(start * (end / start) ** share);
  }

  function show(box) {
    const [low, high] = [...box.querySelectorAll(".thumb")].map((thumb) => Number(thumb.value));
    const [from, to] = [low * 0.22, high * 0.22];
    box.querySelector(".span").setAttribute("d", `M${from} 36H${to}`);
    box.querySelectorAll(".thumb")[0].classList.toggle("front", low > 500);
  }

  document.addEventListener("input", (event) => {
    const thumb = event.target;
    if (!thumb.matches(".thumb")) return;
    event.stopPropagation();
    const box = thumb.closest("[data-range]");
    const [low, high] = box.querySelectorAll(".thumb");
    if (Number(low.value) > Number(high.value)) thumb.value = thumb === low ? high.value : low.value;
    const edge = thumb === low ? "0" : "1000";
    const field = document.getElementById(thumb.dataset.for);
    field.value = thumb.value === edge ? "" : written(box, Number(thumb.value));
    thumb.setAttribute("aria-valuetext", field.value || field.placeholder);
    show(box);
    // A key pressed again and again is one wish: ask when the thumb rests.
    clearTimeout(waits.get(field.id));
    waits.set(field.id, setTimeout(() => document.getElementById(field.id).dispatchEvent(new Event("change", { bubbles: true })), 350));
  }, true);

  // The thumb's own change would be asked at once; its field asks when it rests.
  document.addEventListener("change", (event) => event.target.matches(".thumb") && event.stopPropagation(), true);
})();
