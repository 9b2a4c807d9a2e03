// Ticking runs of the queue: all of a page at once, how many are ticked, and nothing sent while none is.
(() => {
  const bulk = () => document.getElementById("bulk");
  const boxes = () => [...document.querySelectorAll("input[data-pick][name=run]")];

  function show() {
    const form = bulk();
    if (!form) return;
    const all = document.getElementById("tick-all");
    const ticked = boxes().filter((box) => box.checked).length;
    const found = Number(document.getElementById("found")?.dataset.count ?? 0);
    document.getElementById("ticked").textContent = ` ${ticked}`;
    document.getElementById("matching").textContent = found.toLocaleString(document.documentElement.lang);
    if (all) {
      all.hidden = boxes().length === 0;
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && ticked < boxes().length;
    }
    const some = form.elements.scope.value === "all" ? found : ticked;
    form.classList.toggle("idle", some === 0);
    form.querySelectorAll("button").forEach((button) => (button.disabled = some === 0));
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "tick-all") boxes().forEach((box) => (box.checked = event.target.checked));
    if (event.target.matches("[data-pick], [name=scope]")) show();
  });
  // On a phone the filters give way to the runs, unless they are in use.
  document.addEventListener("DOMContentLoaded", () => {
    const fold = document.querySelector("details.fold:not([data-narrowed])");
    if (fold && matchMedia("(max-width: 800px)").matches) fold.open = false;
    show();
  });
  document.addEventListener("htmx:afterSwap", show);
  addEventListener("pageshow", show);
})();
