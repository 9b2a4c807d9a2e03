// Draws every figure that Python put into the page.
//
// <script type="application/json" id="bars">{"data": …, "layout": …}</script>  (Django's json_script)
// <div data-figure="bars">text for readers without scripts</div>
//
// Colours in figures are names of tokens, "var(--fam-dec)", resolved here and again when the theme changes.
"use strict";
(() => {
  const TOKEN = /var\((--[\w-]+)\)/g;
  const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: "reset" };

  function resolve(value, styles) {
    if (typeof value === "string") return value.replace(TOKEN, (_, name) => styles.getPropertyValue(name).trim());
    if (Array.isArray(value)) return value.map((one) => resolve(one, styles));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, styles)]));
    }
    return value;
  }

  function theme(styles) {
    return {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: styles.getPropertyValue("--font").trim(), color: styles.getPropertyValue("--ink-2").trim(), size: 12 },
      hoverlabel: {
        bgcolor: styles.getPropertyValue("--surface").trim(),
        bordercolor: styles.getPropertyValue("--line-strong").trim(),
        font: { color: styles.getPropertyValue("--ink").trim(), size: 13 },
        align: "left",
      },
    };
  }

  function address(point) {
    const data = point && point.customdata;
    const url = Array.isArray(data) ? data[0] : data;
    // Only our own pages: a figure's data come from the database.
    return typeof url === "string" && /^\/(?!\/)/.test(url) ? url : "";
  }

  function draw(box) {
    const source = document.getElementById(box.dataset.figure);
    if (!source || !window.Plotly) return;
    const styles = getComputedStyle(document.documentElement);
    const figure = resolve(JSON.parse(source.textContent), styles);
    const layout = { ...theme(styles), ...figure.layout };
    const first = !box.dataset.drawn;
    if (first) box.textContent = "";
    window.Plotly.react(box, figure.data, layout, { ...CONFIG, ...figure.config }).then(() => {
      if (!first) return;
      box.dataset.drawn = "1";
      box.on("plotly_click", (event) => {
        const url = address(event.points[0]);
        if (!url) return;
        if (event.event && (event.event.ctrlKey || event.event.metaKey)) window.open(url, "_blank", "noopener");
        else location.assign(url);
      });
      box.on("plotly_hover", (event) => box.classList.toggle("clickable", Boolean(address(event.points[0]))));
      box.on("plotly_unhover", () => box.classList.remove("clickable"));
    });
  }

  const all = () => document.querySelectorAll("[data-figure]").forEach(draw);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("themechange", all);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  document.addEventListener("htmx:load", (event) => event.target.querySelectorAll("[data-figure]").forEach(draw));
})();
