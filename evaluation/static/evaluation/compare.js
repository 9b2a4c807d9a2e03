// What only a script can do: print, choose without a button, and show what a mark says in a box that no table cuts off.
"use strict";
document.documentElement.classList.add("tipped");
document.querySelectorAll("[data-print]").forEach((button) => (button.hidden = false));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  const chooser = event.target.closest("select[data-submits]");
  if (chooser) chooser.form.requestSubmit();
});

const box = Object.assign(document.createElement("div"), { className: "tipbox", hidden: true });
box.setAttribute("aria-hidden", "true"); // the mark's own label says the same
document.body.append(box);

function show(mark) {
  box.textContent = mark.dataset.tip;
  box.hidden = false;
  const at = mark.getBoundingClientRect();
  const size = box.getBoundingClientRect();
  const below = at.bottom + 6 + size.height < innerHeight;
  box.style.top = `${below ? at.bottom + 6 : Math.max(6, at.top - size.height - 6)}px`;
  box.style.left = `${Math.min(Math.max(12, at.right - size.width), innerWidth - size.width - 12)}px`;
}

const hide = () => (box.hidden = true);
for (const [on, off] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(on, (event) => {
    const mark = event.target.closest(".tip");
    if (mark) show(mark);
  });
  document.addEventListener(off, hide);
}
document.addEventListener("scroll", hide, true);
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
