// On a phone the filters are a sheet: a dialog that keeps the focus inside while it is open, closed by Escape, by its
// buttons, and when the window grows wide. (Without scripts it opens by its fragment.)
"use strict";
(() => {
  const rail = () => document.getElementById("rail");
  const narrow = matchMedia("(max-width: 800px)");

  // All that stands beside the sheet, up to the body, can neither be reached nor read while it is open.
  function shutOut(off) {
    for (let part = rail(); part !== document.body; part = part.parentElement) {
      for (const other of part.parentElement.children) if (other !== part && other.tagName !== "SCRIPT") other.inert = off;
    }
    document.documentElement.classList.toggle("sheet-open", off);
  }

  function open() {
    const sheet = rail();
    sheet.classList.add("open");
    sheet.setAttribute("role", "dialog");
    sheet.setAttribute("aria-modal", "true");
    shutOut(true);
    sheet.querySelector("[data-sheet-close]").focus();
  }

  function close() {
    const sheet = rail();
    sheet.classList.remove("open");
    sheet.removeAttribute("role");
    sheet.removeAttribute("aria-modal");
    shutOut(false);
    const opener = document.getElementById("filters-link");
    if (opener) opener.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#filters-link, [data-sheet-close]");
    if (!link) return;
    event.preventDefault();
    if (link.id === "filters-link") open();
    else close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && rail().classList.contains("open")) close();
  });
  narrow.addEventListener("change", () => !narrow.matches && rail().classList.contains("open") && close());
  // What the server swaps in beside the open sheet is shut out as well, and at once.
  document.addEventListener("htmx:afterSwap", () => rail().classList.contains("open") && shutOut(true));
})();
