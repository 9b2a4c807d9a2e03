// How long an import will still take, from how far it came since this page was opened.
(function () {
  "use strict";
  var first = null;

  function show() {
    var told = document.querySelector("[data-progress]");
    var left = document.querySelector("[data-left]");
    if (!told || !left) { return; }
    var position = Number(told.dataset.position), total = Number(told.dataset.total), now = Date.now();
    if (!first || position < first.position) { first = { position: position, at: now }; }
    var rate = (position - first.position) / (now - first.at);
    if (total && rate > 0) {
      var seconds = Math.max(1, Math.ceil((total - position) / rate / 1000));
      left.textContent = seconds < 90 ? "≈ " + seconds + " s" : "≈ " + Math.ceil(seconds / 60) + " min";
    }
  }

  // A step that got no answer, or was one too many within a minute: the button is there to go on.
  function offer() { document.documentElement.classList.remove("scripted"); }

  document.documentElement.classList.add("scripted");
  document.addEventListener("htmx:responseError", offer);
  document.addEventListener("htmx:sendError", offer);
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
