// Draws every figure that Python put into the page.
//
// <script type="application/json" id="bars">{"data": …, "layout": …, "config": …}</script>   (Django's json_script)
// <div data-figure="bars">text for readers without scripts</div>
//
// Colours in figures are names of tokens, "var(--fam-dec)", resolved here and again when the theme changes.
// A click opens the address in a point's customdata, with data-opens="new" in a new tab. Labels of a figure with
// layout.meta.scaled_text grow with the zoom, where the page has figure-labels.js as well. Buttons with data-zoom move the
// figure data-for; what a reader has zoomed to stays when the figure is drawn anew in the same frame.
// With layout.meta.still_on_touch a finger on the figure scrolls the page; the buttons zoom.
// Each figure has a menu that saves it as PNG or SVG in the present colours, with a legend of its named traces, and its
// numbers from data-csv="/…" where it has one. The menu goes into [data-figure-menu="bars"] where the page has such a
// place, else below the figure. Its words stand in the frame, <template id="figure-menu">. A page with buttons of its own,
// data-save="png" data-for="bars", gets no menu.
// plotly.js is loaded when the first figure is visible, from the script's own data-plotly.
// Other scripts hear "figure:drawn" (after each drawing), "figure:moved" (after each change of the ranges) and
// "figure:click" (detail: the point and the event; cancelled, no page opens) on the figure, and move it by window.figures.
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
      script.src = here.dataset.plotly || "/static/hub/vendor/plotly-basic.min.js";
      script.onload = () => done(window.Plotly);
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  }

  function resolve(value, styles) {
    if (typeof value === "string") return value.includes("var(") ? value.replace(TOKEN, (_, name) => styles.getPropertyValue(name).trim()) : value;
    if (Array.isArray(value)) return typeof value[0] === "number" && value.length > 2 ? value : value.map((one) => resolve(one, styles));
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

  const views = new Map(); // by the figure's name: its frame, and the ranges that the reader has moved to

  const span = ([from, to]) => Math.abs(to - from);
  // What draws a figure whose labels grow with the zoom (figure-labels.js).
  const scaled = (layout) => ((layout || {}).meta || {}).scaled_text && window.figureLabels;
  const ranges = (box) => ({ x: [...box._fullLayout.xaxis.range], y: [...box._fullLayout.yaxis.range] });

  // Pixels per unit of the axes: where one is as long as the other, the frame is shown whole.
  const fit = (box, x, y) => Math.min(box.clientWidth / span(x), box.clientHeight / span(y));

  // Moves a figure to these ranges; its labels change in the same drawing.
  function show(box, x, y) {
    const change = { "xaxis.range": x, "yaxis.range": y };
    const found = scaled(box.layout) && window.figureLabels.change(box, fit(box, x, y), x, y);
    return found ? window.Plotly.update(box, found.change, change, found.traces) : window.Plotly.relayout(box, change);
  }

  function listen(box) {
    box.on("plotly_click", ({ points, event }) => {
      const url = address(points[0]);
      const asked = new CustomEvent("figure:click", { bubbles: true, cancelable: true, detail: { point: points[0], event: event || {} } });
      if (!box.dispatchEvent(asked) || !url) return;
      if (asked.detail.event.ctrlKey || asked.detail.event.metaKey || box.dataset.opens === "new") window.open(url, "_blank", "noopener");
      else location.assign(url);
    });
    box.on("plotly_hover", (event) => box.classList.toggle("clickable", Boolean(address(event.points[0]))));
    box.on("plotly_unhover", () => box.classList.remove("clickable"));
    box.on("plotly_afterplot", () => scaled(box.layout) && window.figureLabels.after(box));
    box.on("plotly_relayout", () => moved(box));
    box.on("plotly_update", () => moved(box));
    box.addEventListener(
      "wheel",
      (event) => {
        // With Ctrl as in other viewers (and as a trackpad's pinch arrives); without it the page scrolls.
        if (!event.ctrlKey || !box.layout.meta || box.layout.meta.tree) return;
        event.preventDefault();
        const frame = box.getBoundingClientRect();
        zoom(box, event.deltaY < 0 ? 0.85 : 1.18, (event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height);
      },
      { passive: false },
    );
  }

  function moved(box) {
    if (!box._fullLayout.xaxis) return;
    views.set(box.dataset.figure, { home: JSON.stringify(box.home), ...ranges(box) });
    box.dispatchEvent(new CustomEvent("figure:moved", { bubbles: true }));
  }

  function zoom(box, factor, atX = 0.5, atY = 0.5) {
    const now = ranges(box);
    const around = ([from, to], at) => [from, to].map((end) => from + (to - from) * at + (end - from - (to - from) * at) * factor);
    return show(box, around(now.x, atX), around(now.y, 1 - atY));
  }

  // The ranges that the figure came with.
  function toHome(box) {
    const { x, y } = box.home;
    return x && y ? show(box, [...x], [...y]) : window.Plotly.relayout(box, { "xaxis.range": x, "yaxis.range": y });
  }

  // The menu stays through changes of the page in place: data-kept.
  function addMenu(box) {
    const words = document.getElementById("figure-menu");
    const own = document.querySelector(`[data-save][data-for="${CSS.escape(box.dataset.figure)}"]`);
    if (!words || own || box.menu?.isConnected) return;
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
  function printed(box, data) {
    const ground = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
    const names = [...new Set(data.map((trace) => trace.name).filter(Boolean))];
    const keyed = names.length > 0 && names.length <= 16;
    const told = new Set();
    const shown = data.map((trace) => {
      const first = keyed && Boolean(trace.name) && !told.has(trace.name);
      told.add(trace.name);
      return { ...trace, showlegend: first };
    });
    const margin = { ...box.layout.margin, t: ((box.layout.margin || {}).t || 0) + 40 + (keyed ? 26 : 0) };
    const title = { text: escapeText(heading(box)), x: 0, xref: "container", pad: { l: 14, t: 14 }, y: 1, yref: "container", yanchor: "top", font: { size: 16 } };
    const legend = { orientation: "h", x: 0, y: 1, yanchor: "bottom", xanchor: "left" };
    const layout = { ...box.layout, title, legend, margin, showlegend: keyed, autosize: false, paper_bgcolor: ground, plot_bgcolor: ground };
    return { data: shown, layout, config: { ...CONFIG, staticPlot: true } };
  }

  // What is saved, and its width and height. Labels that grow with the zoom are readable on paper: a unit of the axes is
  // a pixel or more there, up to a picture of 5,000 pixels.
  function onPaper(box) {
    if (!scaled(box.layout)) return { figure: printed(box, box.data), width: Math.max(700, box.clientWidth), height: Math.max(320, box.clientHeight) + 66 };
    const { x, y } = ranges(box);
    const perUnit = Math.min(Math.max(1, fit(box, x, y)), 5000 / Math.max(span(x), span(y)));
    const figure = printed(box, window.figureLabels.at(box, perUnit));
    return { figure, width: Math.round(span(x) * perUnit), height: Math.round(span(y) * perUnit + figure.layout.margin.t) };
  }

  const escapeText = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

  async function save(box, format) {
    const { figure, ...size } = onPaper(box);
    const scale = format === "png" ? Math.min(2, 9000 / Math.max(size.width, size.height)) : 1;
    const url = await window.Plotly.toImage(figure, { format, ...size, scale });
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
    box.whole = figure;
    box.home = { x: copied(figure.layout.xaxis), y: copied(figure.layout.yaxis) };
    // Of a box without a height of its own plotly makes a flat one when the window changes.
    if (figure.layout.height) box.style.height = `${figure.layout.height}px`;
    else if (box.style.aspectRatio && framed(box)) box.style.aspectRatio = `${span(box.home.x)} / ${span(box.home.y)}`;
    keepView(box, figure.layout);
    const { x, y } = { x: (figure.layout.xaxis || {}).range, y: (figure.layout.yaxis || {}).range };
    const data = scaled(figure.layout) ? window.figureLabels.first(box, fit(box, x, y), x, y) : figure.data;
    await Plotly.react(box, data, { ...frame, ...figure.layout }, { ...CONFIG, ...figure.config });
    if (first) listen(box);
    addMenu(box);
    if (scaled(box.layout)) window.figureLabels.after(box);
    box.dispatchEvent(new CustomEvent("figure:drawn", { bubbles: true }));
  }

  const copied = (axis) => (axis && axis.range ? [...axis.range] : null);
  const framed = (box) => Boolean(box.home.x && box.home.y);

  // In the frame of the last drawing a reader stays where he is.
  function keepView(box, layout) {
    const last = views.get(box.dataset.figure);
    if (!framed(box) || !last || last.home !== JSON.stringify(box.home)) return;
    layout.xaxis.range = last.x;
    layout.yaxis.range = last.y;
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
    const button = event.target.closest("[data-zoom], [data-save][data-for]");
    const box = button && document.querySelector(`[data-figure="${CSS.escape(button.dataset.for)}"]`);
    if (!box || !box._fullLayout || event.defaultPrevented) return;
    if (button.dataset.save) save(box, button.dataset.save);
    else if (button.dataset.zoom === "all") toHome(box);
    else zoom(box, button.dataset.zoom === "in" ? 0.75 : 1.33);
  });
  window.figures = { show, zoom, ranges, home: toHome, save };
})();
