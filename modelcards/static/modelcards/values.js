// Values of a long filter are found by name: the server answers with the part of the filter that holds them.
"use strict";
// `address` gives the list's address for what was typed. An answer that comes late is dropped: only the newest question
// counts. Without a word the values are those of before.
window.findValues = (address) => {
  const before = new Map();
  let asked = 0;
  let waiting;

  async function find(key, text) {
    const place = document.getElementById(`o-${key}`);
    if (!place) return;
    if (!before.has(place)) before.set(place, place.innerHTML);
    const mine = ++asked;
    if (!text) {
      place.innerHTML = before.get(place);
      return;
    }
    const answer = await fetch(address(text), { headers: { "HX-Request": "true", "HX-Target": place.id } });
    if (mine === asked && answer.ok) place.innerHTML = await answer.text();
  }

  document.addEventListener("input", (event) => {
    const key = event.target.dataset.find;
    if (!key) return;
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(() => find(key, event.target.value.trim()), 250);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.dataset && event.target.dataset.find) event.preventDefault();
  });
};
