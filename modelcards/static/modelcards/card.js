// Wide tables and programs of a card's text, and the picture of its family, scroll inside themselves: then the keyboard
// must reach them too.
function reachable() {
  for (const wide of document.querySelectorAll(".prose pre, .prose table, .family")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
reachable();
addEventListener("resize", reachable);

// The picture of a family comes when its panel is seen, and begins where the card itself stands.
document.addEventListener("htmx:load", () => {
  for (const box of document.querySelectorAll(".family:not([data-begun])")) {
    box.dataset.begun = "";
    const drawn = box.querySelector("svg").getBoundingClientRect();
    box.scrollLeft = drawn.left - box.getBoundingClientRect().left + drawn.width * Number(box.dataset.at) - box.clientWidth / 2;
  }
  reachable();
});
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => event.target.matches?.(".family-slot") && event.target.remove());
}
