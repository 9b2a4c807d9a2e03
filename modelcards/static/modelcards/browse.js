// The list of models: the tray follows the ticks, back and forward ask the server, folded parts stay as the reader left
// them, and the values of a long facet can be found by name.
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;

const listForm = () => document.getElementById("filters");
const listAddress = (more = {}) => `${listForm().action}?${new URLSearchParams([...new FormData(listForm()), ...Object.entries(more)])}`;

// Ticks: the tray asks for its part alone.
function showTray() {
  htmx.ajax("GET", listAddress(), { source: listForm(), target: "#tray", swap: "outerHTML" });
}

function showAllTicked() {
  const all = document.getElementById("choose-all");
  if (!all) return;
  const boxes = [...document.querySelectorAll("#results .choose")];
  const ticked = boxes.filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
}

// As many as the tray holds, those of other pages counted.
const TRAY_HOLDS = 50;
function tickAll(ticked) {
  let room = TRAY_HOLDS - document.querySelectorAll("#tray input[type=hidden]").length;
  for (const box of document.querySelectorAll("#results .choose")) box.checked = ticked && room-- > 0;
  showAllTicked();
}

document.addEventListener("change", (event) => {
  if (event.target.id === "choose-all") {
    tickAll(event.target.checked);
    showTray();
  } else if (event.target.matches("#results .choose")) {
    showAllTicked();
    showTray();
  }
});

// Folding: what the reader opened or closed stays so when the server's answer takes the place of the old parts.
const folded = new Map();
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches(".browse details[id], .share details[id]")) folded.set(event.target.id, event.target.open);
  },
  true,
);
function refold(root) {
  for (const part of root.querySelectorAll("details[id]")) if (folded.has(part.id)) part.open = folded.get(part.id);
}
document.addEventListener("htmx:oobBeforeSwap", (event) => refold(event.detail.fragment));

// What else on the page tells of the present search.
document.addEventListener("htmx:afterSettle", () => {
  showAllTicked();
  const present = document.querySelector("[data-present]");
  if (present) present.value = location.search.slice(1);
});
document.addEventListener("DOMContentLoaded", showAllTicked);

findValues((text) => listAddress({ find: text }));
