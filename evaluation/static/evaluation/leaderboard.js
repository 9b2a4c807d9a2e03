// The leaderboard: a list of tasks that is searched while one types, and a choice that acts when it changes.
"use strict";
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-find]");
  if (!box) return;
  const words = box.value.toLowerCase().split(/\s+/);
  for (const option of document.querySelectorAll(`${box.dataset.find} .opt`)) {
    const text = `${option.textContent} ${option.querySelector("input").value}`.toLowerCase();
    option.hidden = !words.every((word) => text.includes(word));
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});
