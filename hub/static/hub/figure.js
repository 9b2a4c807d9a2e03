// Draws every figure that Python put into the page.
//
// <script type="application/json" id="bars">{"data": …, "layout": …, "config": …}</script>   (Django's json_script)
// <div data-figure="bars">text for readers without scripts</div>
//
// Colours in figures are names of tokens, "var(--fam-dec)", resolved here and again when the theme changes.
// A click opens the address in a point's customdata. Labels of a figure with layout.meta.scaled_text have their size
// (trace.meta.size) in units of the axes and grow with the zoom. Buttons with data-zoom move the figure data-for.
// With layout.meta.still_on_touch a finger on the figure scrolls the page; the buttons zoom.
// Each figure has a menu that saves it as PNG or SVG in the present colours, with a legend of its named traces, and its
// numbers from data-csv="/…" where it has one. The menu goes into [data-figure-menu="bars"] where the page has such a
// place, else below the figure. Its words stand in the frame, <template id="figure-menu">.
// plotly.js is loaded when the first figure is visible, from the script's own data-plotly.
"use strict";
(() => {
  const TOKEN = /var\((--[\w-]+)\)/g;
  const CONFIG = { displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false, doubleClick: "reset" };
  const here = document.currentScript;

  let loading;
  function plotly() {
    if (window.Plotly) return Promise.resolve(window.Plotly);
    loading ||= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = here.dataset.plotly || "/static/plotly/plotly.min.js";
      script.onload = () => done(window.Plotly);
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  }

  function resolve(value, styles) {
    if (typeof value === "string") return value.replace(TOKEN, (_, name) => styles.getPropertyValue(name).trim());
    if (Array.isArray(value)) return value.map((one) => resolve(one, styles));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, styles)]));
    }
    return value;
  }

  function theme(token) {
    return {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: token("--font"), color: token("--ink-2"), size: 12 },
      hoverlabel: {
        bgcolor: token("--surface"),
        bordercolor: token("--line-strong"),
        font: { color: token("--ink"), size: 13, family: token("--font") },
        align: "left",
      },
    };
  }

  function address(point) {
    const data = point && point.customdata;
    const url = Array.isArray(data) ? data[0] : data;
    // Only pages of this site: what a figure holds comes from the database.
    return typeof url === "string" && /^\/(?![/\\])/.test(url) ? url : "";
  }

  function scaleText(box) {
    const axis = box._fullLayout && box._fullLayout.xaxis;
    if (!axis || !(box.layout.meta || {}).scaled_text) return;
    const perUnit = axis._length / Math.abs(axis.range[1] - axis.range[0]);
    if (!perUnit || Math.abs(perUnit - (box.perUnit || 0)) < 1e-4) return;
    box.perUnit = perUnit;
    const traces = box.data.flatMap((trace, index) => (trace.meta && trace.meta.size ? [index] : []));
    const sizes = traces.map((index) => Math.max(1, box.data[index].meta.size * perUnit));
    window.Plotly.restyle(box, { "textfont.size": sizes }, traces);
  }

  function listen(box) {
    box.on("plotly_click", (event) => {
      const url = address(event.points[0]);
      if (!url) return;
      const pressed = event.event || {};
      if (pressed.ctrlKey || pressed.metaKey) window.open(url, "_blank", "noopener");
      else location.assign(url);
    });
    box.on("plotly_hover", (event) => box.classList.toggle("clickable", Boolean(address(event.points[0]))));
    box.on("plotly_unhover", () => box.classList.remove("clickable"));
    box.on("plotly_afterplot", () => scaleText(box));
    box.addEventListener(
      "wheel",
      (event) => {
        // With Ctrl as in other viewers (and as a trackpad's pinch arrives); without it the page scrolls.
        if (!event.ctrlKey || !box.layout.meta) return;
        event.preventDefault();
        const frame = box.getBoundingClientRect();
        zoom(box, event.deltaY < 0 ? 0.85 : 1.18, (event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height);
      },
      { passive: false },
    );
  }

  function zoom(box, factor, atX = 0.5, atY = 0.5) {
    const change = {};
    for (const [name, at] of [["xaxis", atX], ["yaxis", 1 - atY]]) {
      const [from, to] = box._fullLayout[name].range;
      const fixed = from + (to - from) * at;
      change[`${name}.range`] = [fixed + (from - fixed) * factor, fixed + (to - fixed) * factor];
    }
    window.Plotly.relayout(box, change);
  }

  // The menu stays through changes of the page in place: data-kept.
  function addMenu(box) {
    const words = document.getElementById("figure-menu");
    if (!words || box.menu?.isConnected) return;
    const menu = words.content.firstElementChild.cloneNode(true);
    const csv = menu.querySelector("[data-save=csv]");
    if (box.dataset.csv) csv.href = box.dataset.csv;
    else csv.remove();
    menu.addEventListener("click", (event) => {
      const kind = event.target.closest("[data-save]")?.dataset.save;
      if (kind === "png" || kind === "svg") save(box, kind);
      if (kind) menu.open = false;
    });
    const slot = document.querySelector(`[data-figure-menu="${CSS.escape(box.dataset.figure)}"]`);
    if (slot) slot.append(menu);
    else box.after(menu);
    box.menu = menu;
  }

  // What the figure is called: the heading that names its part of the page, else the page's title.
  function heading(box) {
    const part = box.closest("section, figure");
    return (box.dataset.title || part?.querySelector("h1, h2, h3, figcaption")?.textContent || document.title).trim().replace(/\s+/g, " ");
  }

  // A figure as it is seen, on a solid ground; the key beside it on the page becomes a legend.
  function printed(box) {
    const ground = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
    const names = [...new Set(box.data.map((trace) => trace.name).filter(Boolean))];
    const keyed = names.length > 0 && names.length <= 16;
    const told = new Set();
    const data = box.data.map((trace) => {
      const first = keyed && Boolean(trace.name) && !told.has(trace.name);
      told.add(trace.name);
      return { ...trace, showlegend: first };
    });
    const margin = { ...box.layout.margin, t: ((box.layout.margin || {}).t || 0) + 40 + (keyed ? 26 : 0) };
    const title = { text: escapeText(heading(box)), x: 0, xref: "container", pad: { l: 14, t: 14 }, y: 1, yref: "container", yanchor: "top", font: { size: 16 } };
    const legend = { orientation: "h", x: 0, y: 1, yanchor: "bottom", xanchor: "left" };
    const layout = { ...box.layout, title, legend, margin, showlegend: keyed, autosize: false, paper_bgcolor: ground, plot_bgcolor: ground };
    return { data, layout, config: { ...CONFIG, staticPlot: true } };
  }

  const escapeText = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

  async function save(box, format) {
    const size = { width: Math.max(700, box.clientWidth), height: Math.max(320, box.clientHeight) + 66 };
    const url = await window.Plotly.toImage(printed(box), { format, ...size, scale: format === "png" ? 2 : 1 });
    const link = Object.assign(document.createElement("a"), { href: url, download: `${fileName(heading(box))}.${format}` });
    document.body.append(link);
    link.click();
    link.remove();
  }

  const fileName = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 80) || "figure";

  async function draw(box, changed = true) {
    const source = document.getElementById(box.dataset.figure);
    // What lies in closed details waits until they are opened.
    if (!source || !box.offsetParent || box.checkVisibility?.() === false) return;
    if (box.dataset.drawn) addMenu(box);
    if (!changed && box.drawnFrom === source.textContent) return;
    box.drawnFrom = source.textContent;
    const Plotly = await plotly();
    const styles = getComputedStyle(document.documentElement);
    const figure = resolve(JSON.parse(source.textContent), styles);
    if ((figure.layout.meta || {}).still_on_touch && matchMedia("(pointer: coarse)").matches) figure.layout.dragmode = false;
    const frame = theme((name) => styles.getPropertyValue(name).trim());
    const first = !box.dataset.drawn;
    if (first) box.textContent = "";
    box.dataset.drawn = "1";
    box.perUnit = 0;
    // Of a box without a height of its own plotly makes a flat one when the window changes.
    if (figure.layout.height) box.style.height = `${figure.layout.height}px`;
    await Plotly.react(box, figure.data, { ...frame, ...figure.layout }, { ...CONFIG, ...figure.config });
    box.home = { "xaxis.range": figure.layout.xaxis && figure.layout.xaxis.range, "yaxis.range": figure.layout.yaxis && figure.layout.yaxis.range };
    if (first) listen(box);
    addMenu(box);
    scaleText(box);
  }

  const within = (root) => root.querySelectorAll("[data-figure]").forEach((box) => draw(box));
  const all = () => within(document);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("themechange", all);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  document.addEventListener("toggle", (event) => event.target.open && within(event.target), true);
  document.addEventListener("htmx:load", (event) => within(event.target));
  // A part that was changed in place keeps its figures; what they are drawn from may be new.
  document.addEventListener("htmx:afterSwap", (event) => event.target.querySelectorAll("[data-drawn]").forEach((box) => draw(box, false)));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    const box = button && document.querySelector(`[data-figure="${CSS.escape(button.dataset.for)}"]`);
    if (!box || !box._fullLayout) return;
    if (button.dataset.zoom === "all") window.Plotly.relayout(box, box.home);
    else zoom(box, button.dataset.zoom === "in" ? 0.75 : 1.33);
  });
})();
