// Labels of a figure with layout.meta.scaled_text: their size (trace.meta.size) is in units of the axes and grows with the
// zoom, never below trace.meta.least pixels (from trace.meta.from pixels per unit on). Where they would be too small to
// read they are left out, and with them shapes that have a meta.size; of many only those in view are drawn. Outlines and
// lines of one trace are drawn as one path. figure.js calls what stands last; box.whole is the figure as Python made it.
"use strict";
(() => {
  const LEGIBLE = 5; // pixels: smaller labels are left out
  const MANY = 300; // labels: of more than these only those in view are drawn
  const span = ([from, to]) => Math.abs(to - from);

  // Room is reckoned for the site's fonts. A reader who has none of them but a wider one gets smaller letters instead:
  // layout.meta.sample is a text and its width at a size of 1.
  const ruler = document.createElement("canvas").getContext("2d");
  function narrower({ sample: [text, width] = ["", 0] } = {}, family) {
    ruler.font = `600 100px ${family}`;
    return width ? Math.min(1, (width * 100) / ruler.measureText(text).width) : 1;
  }
  const fitted = (box) => narrower(box.whole.layout.meta, getComputedStyle(box).fontFamily);

  // A trace of labels as it is drawn at a scale: attribute by attribute, as plotly's restyle takes them.
  function labelled(box, trace, perUnit, x, y) {
    const least = perUnit >= (trace.meta.from || 0) ? trace.meta.least || 0 : 0;
    const size = Math.max(trace.meta.size * perUnit, least) * box.narrower;
    if (size < LEGIBLE) return { visible: false };
    const shown = { visible: true, "textfont.size": Math.round(size * 100) / 100 };
    if (trace.meta.least && box.home.x && box.home.y) return { ...shown, ...inFrame(box, trace, size / perUnit) };
    if (trace.x.length <= MANY) return shown;
    const near = (value, [from, to]) => Math.abs(value - (from + to) / 2) < span([from, to]);
    const kept = [...trace.x.keys()].filter((index) => near(trace.x[index], x) && near(trace.y[index], y));
    const pick = (values) => (Array.isArray(values) ? kept.map((index) => values[index]) : values);
    return { ...shown, x: pick(trace.x), y: pick(trace.y), text: pick(trace.text), "textfont.color": pick(trace.textfont.color) };
  }

  // A label that grows no smaller would stick out of the frame; it is moved in. Its size is in units.
  function inFrame(box, trace, size) {
    const [left, top, bottom] = [Math.min(...box.home.x), Math.min(...box.home.y), Math.max(...box.home.y)];
    const wide = (text) => (trace.textposition === "middle left" ? text.length * size * 0.62 : 0);
    return {
      x: trace.x.map((value, index) => Math.max(value, left + wide(trace.text[index]))),
      y: trace.y.map((value) => Math.min(Math.max(value, top + size * 0.62), bottom - size * 0.62)),
    };
  }

  // The labels of all traces at a scale; null where they are drawn so already.
  function change(box, perUnit, x, y) {
    const traces = box.whole.data.flatMap((trace, index) => (trace.meta && trace.meta.size ? [index] : []));
    const each = traces.map((index) => {
      const trace = box.whole.data[index];
      // Shapes that mean nothing without their labels go with them.
      return trace.mode === "text" ? labelled(box, trace, perUnit, x, y) : { visible: trace.meta.size * perUnit >= LEGIBLE };
    });
    const told = JSON.stringify(each);
    if (told === box.labels) return null;
    box.labels = told;
    const all = {};
    const had = (index, key) => key.split(".").reduce((value, part) => value?.[part], box.whole.data[index]);
    for (const key of new Set(each.flatMap(Object.keys))) all[key] = each.map((one, number) => one[key] ?? had(traces[number], key));
    return { change: all, traces, each };
  }

  // A figure's data as it is drawn first.
  function first(box, perUnit, x, y) {
    box.labels = "";
    box.narrower = fitted(box);
    const { data } = box.whole;
    const found = change(box, perUnit, x, y);
    const drawn = [...data];
    found.traces.forEach((index, number) => {
      const { "textfont.size": size, "textfont.color": color, ...rest } = found.each[number];
      const { textfont = {} } = data[index];
      drawn[index] = { ...data[index], ...rest, textfont: { ...textfont, size: size || textfont.size, color: color || textfont.color } };
    });
    return asOne(drawn);
  }

  // Of a trace with many outlines or lines plotly makes an element for each, and thousands take a second. Here they are
  // one path: filled by plotly, lines being outlines that go there and back, and drawn along its edge after each drawing.
  const OUTLINES = 24;
  const apart = (trace) => trace.mode === "lines" && trace.x.filter((x) => x === null).length > OUTLINES;
  const solid = (trace) => trace.fill === "toself" || (!trace.fill && (!trace.line.dash || trace.line.dash === "solid"));
  const asOne = (data) => data.map((trace) => (apart(trace) && solid(trace) ? { ...trace, ...outline(trace) } : trace));
  function outline(trace) {
    const one = { mode: "none", hoveron: "points" };
    return trace.fill ? one : { ...one, fill: "toself", fillcolor: "rgba(0,0,0,0)", x: thereAndBack(trace.x), y: thereAndBack(trace.y) };
  }
  // Each part between two gaps, and backwards to where it began.
  function thereAndBack(values) {
    const path = [];
    let start = 0;
    for (let at = 0; at <= values.length; at += 1) {
      if (at < values.length && values[at] !== null) path.push(values[at]);
      else {
        for (let back = at - 2; back >= start; back -= 1) path.push(values[back]);
        path.push(null);
        start = at + 1;
      }
    }
    return path;
  }
  function edge(box) {
    box._fullData.forEach((full) => {
      const { line = {}, mode } = box.whole.data[full.index] || {};
      const path = mode === "lines" && full.mode === "none" && full._ownFill && full._ownFill.node();
      if (!path) return;
      Object.assign(path.style, { stroke: line.color, strokeWidth: `${line.width}px`, strokeDasharray: /\d/.test(line.dash) ? line.dash : "none" });
    });
  }

  // Of numbers at the axis that would lie over one another the upper one is shown.
  function uncrowd(box) {
    const ticks = [...box.querySelectorAll(".ytick text")].map((text) => ({ text, ...text.getBoundingClientRect().toJSON() }));
    let above = -Infinity;
    for (const { text, top, bottom } of ticks.sort((one, other) => one.top - other.top)) {
      const free = top >= above - 2;
      text.style.visibility = free ? "" : "hidden";
      if (free) above = bottom;
    }
  }

  // After each drawing, which may have come of the window or of plotly's own doing.
  function after(box) {
    edge(box);
    uncrowd(box);
    const { xaxis, yaxis } = box._fullLayout;
    if (!xaxis || !xaxis._length) return;
    const found = change(box, xaxis._length / span(xaxis.range), xaxis.range, yaxis.range);
    if (found) window.Plotly.restyle(box, found.change, found.traces);
  }

  // All labels at a scale, for paper.
  function at(box, perUnit) {
    const sized = (trace) => ({ ...trace, textfont: { ...trace.textfont, size: Math.max(1, trace.meta.size * perUnit * fitted(box)) } });
    return box.whole.data.map((trace) => (trace.mode === "text" && trace.meta && trace.meta.size ? sized(trace) : trace));
  }

  window.figureLabels = { first, change, after, at, narrower };
})();
