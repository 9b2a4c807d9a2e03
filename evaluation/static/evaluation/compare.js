// What only a script can do: copy the address, print.
"use strict";
document.querySelectorAll("[data-copy-link],[data-print]").forEach((button) => (button.hidden = false));
document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy-link]");
  if (copy) {
    const said = copy.textContent;
    try {
      await navigator.clipboard.writeText(location.href);
      copy.textContent = copy.dataset.done;
    } catch {
      window.prompt("", location.href);
    }
    setTimeout(() => (copy.textContent = said), 1500);
  }
  if (event.target.closest("[data-print]")) window.print();
});
