// How the picture of the tree is moved: zoom about the pointer (Ctrl and wheel, a trackpad's or two fingers' pinch), a
// finger's drag once it is zoomed, and flights to a chip. While the hand moves, what is drawn follows as it is; when the
// hand rests, plotly draws anew, with the labels of that scale.
// Others move it by window.treeView and hear "tree:moved" on the figure while it moves, "tree:tap" for a finger's tap.
"use strict";
(() => {
  const REST = 110; // ms without movement until the picture is drawn anew
  const NEAREST = 4; // pixels per unit
  const FARTHEST = 0.8; // of the scale at which the whole tree is shown
  const FLIGHT = 280; // ms
  const TAP = { far: 10, long: 600 }; // pixels and ms within which a touch is a tap

  const states = new WeakMap(); // by figure: the ranges in sight while it moves
  const state = (box) => states.get(box) || states.set(box, {}).get(box);
  const span = ([from, to]) => Math.abs(to - from);
  const middle = ([from, to]) => (from + to) / 2;
  const still = () => document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;

  const inSight = (box) => state(box).sight || state(box).dragged || window.figures.ranges(box);
  const scale = (box) => box.clientWidth / span(inSight(box).x);
  const homeScale = (box) => Math.min(box.clientWidth / span(box.home.x), box.clientHeight / span(box.home.y));
  const zoomed = (box) => scale(box) > homeScale(box) * 1.04;

  function bounded(box, perUnit) {
    const least = homeScale(box) * FARTHEST;
    return Math.min(Math.max(perUnit, least), Math.max(NEAREST, least));
  }

  // Ranges around a middle at a scale, as far as the picture goes.
  function around(box, x, y, perUnit) {
    const to = bounded(box, perUnit);
    const [halfX, halfY] = [box.clientWidth / to / 2, box.clientHeight / to / 2];
    // Sideways no further than the tree; up and down its end may come to the middle, since a window may show only a part.
    const free = Math.max(0, span(box.home.x) / 2 - halfX);
    const cx = Math.min(Math.max(x, middle(box.home.x) - free), middle(box.home.x) + free);
    const cy = Math.min(Math.max(y, Math.min(...box.home.y)), Math.max(...box.home.y));
    return { x: [cx - halfX, cx + halfX], y: [cy + halfY, cy - halfY] };
  }

  // Units of the tree under a pixel of the figure, and the other way round.
  function unit(box, px, py) {
    const { x, y } = inSight(box);
    return [x[0] + (px / box.clientWidth) * (x[1] - x[0]), y[1] + (py / box.clientHeight) * (y[0] - y[1])];
  }
  function pixel(box, ux, uy) {
    const { x, y } = inSight(box);
    return [((ux - x[0]) / (x[1] - x[0])) * box.clientWidth, ((uy - y[1]) / (y[0] - y[1])) * box.clientHeight];
  }

  // What plotly has drawn within the axes, as a picture.
  const layer = (box) => box._fullLayout._plots.xy.plot.node();

  // Shows ranges by moving what is drawn.
  function follow(box, sight) {
    const mine = state(box);
    mine.sight = sight;
    const drawn = window.figures.ranges(box);
    const size = span(drawn.x) / span(sight.x);
    const dx = ((drawn.x[0] - sight.x[0]) / span(sight.x)) * box.clientWidth;
    const dy = ((drawn.y[1] - sight.y[1]) / span(sight.y)) * box.clientHeight;
    layer(box).style.transform = `translate(${dx}px, ${dy}px) scale(${size})`;
    box.classList.add("moving");
    if (window.Plotly) window.Plotly.Fx.unhover(box);
    clearTimeout(mine.rest);
    mine.rest = setTimeout(() => settle(box), REST);
    box.dispatchEvent(new CustomEvent("tree:moved", { bubbles: true }));
  }

  function settle(box) {
    const mine = state(box);
    clearTimeout(mine.rest);
    cancelAnimationFrame(mine.flight);
    const sight = mine.sight;
    if (!sight) return;
    mine.sight = null;
    box.classList.remove("moving");
    layer(box).style.transform = "";
    window.figures.show(box, sight.x, sight.y);
  }

  // About a pixel of the figure.
  function zoomAt(box, factor, px, py) {
    const [ux, uy] = unit(box, px, py);
    const from = scale(box);
    const to = bounded(box, from * factor);
    const { x, y } = inSight(box);
    follow(box, around(box, ux + (middle(x) - ux) * (from / to), uy + (middle(y) - uy) * (from / to), to));
  }

  function pan(box, dx, dy) {
    const { x, y } = inSight(box);
    follow(box, around(box, middle(x) - dx / scale(box), middle(y) - dy / scale(box), scale(box)));
  }

  // A flight to ranges; at once for who wants no motion.
  function fly(box, target) {
    const mine = state(box);
    cancelAnimationFrame(mine.flight);
    if (still()) {
      mine.sight = target;
      return settle(box);
    }
    const from = inSight(box);
    const begun = performance.now();
    const step = (now) => {
      const t = Math.min(1, (now - begun) / FLIGHT);
      const ease = t * t * (3 - 2 * t);
      const between = (axis) => [0, 1].map((end) => from[axis][end] + (target[axis][end] - from[axis][end]) * ease);
      follow(box, { x: between("x"), y: between("y") });
      if (t < 1) mine.flight = requestAnimationFrame(step);
      else settle(box);
    };
    mine.flight = requestAnimationFrame(step);
  }

  const centre = (box, x, y, perUnit = scale(box)) => fly(box, around(box, x, y, perUnit));
  const home = (box) => fly(box, { x: [...box.home.x], y: [...box.home.y] });
  // About a point of units, by default the middle.
  function zoomBy(box, factor, about) {
    const { x, y } = inSight(box);
    const [cx, cy] = [middle(x), middle(y)];
    const [ux, uy] = about ? [about.x, about.y] : [cx, cy];
    const back = scale(box) / bounded(box, scale(box) * factor);
    fly(box, around(box, ux + (cx - ux) * back, uy + (cy - uy) * back, scale(box) * factor));
  }

  // The part of the figure that lies in the window, above a peek at the window's lower edge: its upper and lower edge in
  // pixels of the figure. A figure that lies outside is scrolled to first, unless the page shall stay.
  function inWindow(box, stay) {
    const peek = document.getElementById("tree-peek");
    const covered = peek && getComputedStyle(peek).position === "fixed" ? peek.offsetHeight : 0;
    const edges = () => {
      const { top } = box.getBoundingClientRect();
      return [Math.max(0, -top), Math.min(box.clientHeight, innerHeight - covered - top)];
    };
    const hidden = ([from, to]) => to - from < Math.min(box.clientHeight, innerHeight) / 3;
    if (hidden(edges()) && !stay) box.scrollIntoView({ block: "start", behavior: "instant" });
    return hidden(edges()) ? [0, box.clientHeight] : edges();
  }

  // A tree that was dragged out of its frame comes back.
  function backInside(box) {
    const { x, y } = inSight(box);
    const inside = around(box, middle(x), middle(y), scale(box));
    const off = Math.max(Math.abs(middle(inside.x) - middle(x)), Math.abs(middle(inside.y) - middle(y)));
    if (off > span(x) / 100) fly(box, inside);
  }

  // Brings a box of units into sight, moving no further than needed; at least at a scale where its label is read.
  function reveal(box, { x, y, w, h }, readable = 0, stay = false) {
    const perUnit = bounded(box, Math.max(scale(box), readable));
    const [px, py] = pixel(box, x, y);
    const [top, bottom] = inWindow(box, stay);
    const margin = [Math.min(box.clientWidth / 3, (w / 2) * perUnit + 24), Math.min((bottom - top) / 3, (h / 2) * perUnit + 24)];
    const seen = px > margin[0] && px < box.clientWidth - margin[0] && py > top + margin[1] && py < bottom - margin[1];
    if (seen && perUnit < scale(box) * 1.01) return;
    // The middle of what the window shows is above or below the figure's own.
    centre(box, x, y + (box.clientHeight / 2 - (top + bottom) / 2) / perUnit, perUnit);
  }

  const inBox = (box, { clientX, clientY }) => {
    const frame = box.getBoundingClientRect();
    return [clientX - frame.left, clientY - frame.top];
  };

  function wheel(event) {
    // Without Ctrl the page scrolls; a trackpad's pinch arrives with it.
    if (!event.ctrlKey) return;
    event.preventDefault();
    const rows = event.deltaMode ? 16 : 1;
    const turn = Math.max(-0.22, Math.min(0.22, event.deltaY * rows * -0.01));
    zoomAt(event.currentTarget, Math.exp(turn), ...inBox(event.currentTarget, event));
  }

  // Fingers: one scrolls the page while the whole tree is shown, and moves the tree once it is zoomed; two pinch.
  function touches(box) {
    let last = null;
    let tap = null;
    const read = (event) => {
      const points = [...event.touches].map((one) => inBox(box, one));
      const [x, y] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
      const apart = points.length > 1 ? Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]) : 0;
      return { count: points.length, x, y, apart };
    };
    const start = (event) => {
      event.stopPropagation();
      last = read(event);
      tap = last.count === 1 ? { ...last, since: performance.now() } : null;
      if (last.count > 1) event.preventDefault();
    };
    const move = (event) => {
      event.stopPropagation();
      const now = read(event);
      if (tap && Math.hypot(now.x - tap.x, now.y - tap.y) > TAP.far) tap = null;
      if (!last || now.count !== last.count) last = now;
      if (now.count === 1 && !zoomed(box)) return;
      if (event.cancelable) event.preventDefault();
      if (tap) return;
      if (now.count > 1 && last.apart) zoomAt(box, now.apart / last.apart, now.x, now.y);
      pan(box, now.x - last.x, now.y - last.y);
      last = now;
    };
    const end = (event) => {
      event.stopPropagation();
      last = event.touches.length ? read(event) : null;
      if (!tap || performance.now() - tap.since > TAP.long) return;
      // No mouse is made up after it, which would open the card at once.
      event.preventDefault();
      box.dispatchEvent(new CustomEvent("tree:tap", { bubbles: true, detail: { x: tap.x, y: tap.y } }));
      tap = null;
    };
    const options = { capture: true, passive: false };
    box.addEventListener("touchstart", start, options);
    box.addEventListener("touchmove", move, options);
    box.addEventListener("touchend", end, options);
    box.addEventListener("touchcancel", () => (last = tap = null), options);
  }

  document.addEventListener("figure:drawn", ({ target: box }) => {
    if (!(box.layout.meta || {}).tree || states.has(box)) return;
    state(box);
    box.addEventListener("wheel", wheel, { passive: false });
    box.addEventListener("mousedown", () => settle(box), true);
    box.on("plotly_doubleclick", () => home(box));
    // A drag of the mouse is plotly's own; what lies over the figure goes with it.
    box.on("plotly_relayouting", (now) => {
      const [x, y] = ["xaxis", "yaxis"].map((axis) => [now[`${axis}.range[0]`], now[`${axis}.range[1]`]]);
      if (![...x, ...y].every(Number.isFinite)) return;
      state(box).dragged = { x, y };
      box.dispatchEvent(new CustomEvent("tree:moved", { bubbles: true }));
    });
    touches(box);
  });
  document.addEventListener("figure:moved", ({ target: box }) => {
    if (!states.has(box)) return;
    state(box).dragged = null;
    box.classList.toggle("zoomed", zoomed(box));
    backInside(box);
    box.dispatchEvent(new CustomEvent("tree:moved", { bubbles: true }));
  });

  // The buttons, before figure.js hears of them: smoothly, and no farther than the tree goes.
  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("[data-zoom]");
      const box = button && document.querySelector(`[data-figure="${CSS.escape(button.dataset.for)}"]`);
      if (!box || !states.has(box)) return;
      event.preventDefault();
      if (button.dataset.zoom === "all") home(box);
      else zoomBy(box, button.dataset.zoom === "in" ? 4 / 3 : 3 / 4);
    },
    true,
  );

  window.treeView = { scale, homeScale, inSight, unit, pixel, centre, home, zoomBy, reveal };
})();
