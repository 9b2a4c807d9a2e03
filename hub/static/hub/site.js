// The frame: light or dark, the menu on a phone, copying, and times in the reader's own zone.
document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-theme-toggle], [data-menu], [data-copy], [data-copy-link], [data-copy-near], [data-copy-from]");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (!target) return;
  if ("themeToggle" in target.dataset) toggleTheme();
  else if ("menu" in target.dataset) toggleMenu(target);
  else copy(target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
  const button = document.querySelector("[data-menu][aria-expanded=true]");
  if (button) {
    toggleMenu(button);
    button.focus();
  }
});

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  document.dispatchEvent(new CustomEvent("themechange"));
}

function toggleMenu(button) {
  const open = document.getElementById("nav").classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
}

// data-copy="#id" copies that element's text; data-copy-link and an empty data-copy copy the page's address, which holds
// its whole state; data-copy-near="code" the text of such an element beside the button; data-copy-from="/…" what the site
// answers there.
async function wanted(button) {
  if (button.dataset.copyFrom) return (await fetch(button.dataset.copyFrom)).text();
  const near = button.dataset.copyNear && button.parentElement.querySelector(button.dataset.copyNear);
  const source = near || (button.dataset.copy && document.querySelector(button.dataset.copy));
  return source ? source.textContent.trim() : button.dataset.copy || location.href;
}

async function copy(button) {
  const text = await wanted(button);
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const before = button.textContent;
  button.textContent = button.dataset.copied || "✓";
  setTimeout(() => (button.textContent = before), 1500);
}

// Times are sent in UTC: <time datetime="…Z">; with data-day only the day is shown. Release dates are not <time> of
// this kind (they have no clock time), so that they never shift.
function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime*='T']:not([data-local])")) {
    const when = new Date(time.dateTime);
    if (isNaN(when)) continue;
    const day = { day: "numeric", month: "short", year: "numeric" };
    const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
    const language = document.documentElement.lang || "en";
    time.textContent = when.toLocaleString(
      language === "en" ? "en-GB" : language,
      "day" in time.dataset ? day : { ...day, ...clock },
    );
    time.title = time.dateTime;
    time.dataset.local = "";
  }
}
localTimes(document);
document.addEventListener("htmx:afterSettle", () => localTimes(document));
