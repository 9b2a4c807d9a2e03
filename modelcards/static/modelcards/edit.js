// The edit page: marks what differs from what is stored, warns before leaving, and leaves alone what is being typed.
const form = document.getElementById("edit");
let saving = false;
let dirty = false;

function mark(control) {
  const row = control.closest(".edit-row");
  if (!row) return;
  const changed = [...row.querySelectorAll("[data-stored]")].some(
    (one) => one.value.replace(/\r\n/g, "\n").trim() !== one.dataset.stored.replace(/\r\n/g, "\n").trim(),
  );
  row.classList.toggle("changed", changed);
}

function setDirty() {
  dirty = true;
  const state = form.querySelector(".edit-state");
  if (!state.textContent) state.textContent = state.dataset.dirty;
}

form.addEventListener("input", (event) => {
  setDirty();
  mark(event.target);
});
form.addEventListener("change", (event) => mark(event.target));
form.addEventListener("submit", () => (saving = true));
for (const row of form.querySelectorAll(".edit-row.changed")) {
  if (row) dirty = true;
}

window.addEventListener("beforeunload", (event) => {
  if (dirty && !saving) event.preventDefault();
});
// What is being saved needs no preview any more.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (saving) event.preventDefault();
});
window.addEventListener("pageshow", () => (saving = false));

// Buttons send the form as a page; only typing asks for the preview alone.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const target = event.detail.target;
  if (target.contains(document.activeElement)) event.detail.shouldSwap = false;
});

// A line of the raw text is gone to.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  const raw = document.getElementById("raw");
  if (!link || !raw) return;
  event.preventDefault();
  const lines = raw.value.split("\n");
  const start = lines.slice(0, link.dataset.line - 1).join("\n").length + (link.dataset.line > 1 ? 1 : 0);
  raw.focus();
  raw.setSelectionRange(start, start + (lines[link.dataset.line - 1] || "").length);
});

const summary = document.getElementById("h-errors");
if (summary) summary.focus();
