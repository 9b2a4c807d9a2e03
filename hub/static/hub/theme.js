// Before the first paint: the theme that the reader chose by hand, if any.
const chosen = localStorage.getItem("theme");
if (chosen) document.documentElement.dataset.theme = chosen;
