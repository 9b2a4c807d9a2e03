// What only a script can do: turn pages and step through documents by keys.
"use strict";
const step = (by) => {
  const documents = [...document.querySelectorAll(".doc")];
  const here = documents.findIndex((one) => one.contains(document.activeElement));
  const next = documents[Math.min(documents.length - 1, Math.max(0, here + by))];
  if (next) next.focus();
};
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // Fields have a use of their own for these keys, and so has a text that is scrolled sideways.
  const place = event.target.closest("input,select,textarea,.scroll");
  if (place) return;
  const turn = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (turn) document.querySelector(`.pager a[rel=${turn}]`)?.click();
  if (event.key === "j") step(1);
  if (event.key === "k") step(-1);
});
