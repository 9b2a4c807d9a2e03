// Wide tables and programs of a card's text scroll inside themselves: then the keyboard must reach them too.
function reachable() {
  for (const wide of document.querySelectorAll(".prose pre, .prose table")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
reachable();
addEventListener("resize", reachable);
