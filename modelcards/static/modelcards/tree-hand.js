// The picture of the tree by pointer, finger and keyboard. One chip at a time is the current one: it has a ring, and the
// peek tells its facts.
//
// Pointer: a click opens the card, or a series where a chip stands for one; with Ctrl in a new tab, with Shift it chooses
// for comparing. Finger: a tap makes a chip the current one, and the peek has the buttons. Keyboard: the picture is one
// stop; its keys are below. What changes the address goes through the fields of #tree-form, or where a page has none
// (a card's lineage) through the address of the tree.
// From the page: tree-nodes (each chip's place, facts, address and neighbours by slug), #tree-peek, <template id="tree-words">.
"use strict";
(() => {
  const FINGER = 22; // pixels beside a chip within which a tap is meant for it
  const READABLE = 0.8; // pixels per unit: labels of nine pixels
  const NEAR = 2.4; // pixels per unit from which on a series in the middle offers to be opened

  let nodes = {};
  let current = "";
  let offered = "";
  const figure = () => document.querySelector('[data-figure="tree-figure"][data-drawn]');
  const form = () => document.getElementById("tree-form");
  const view = () => window.treeView;
  const words = () => document.getElementById("tree-words").content;

  // What changes the address.
  const values = (name) => [...form().elements].filter((one) => one.name === name).flatMap((one) => one.value.split(",")).filter(Boolean);
  function put(name, all) {
    for (const field of [...form().elements]) if (field.name === name) field.remove();
    for (const value of all) form().append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form().requestSubmit();
  }
  const toggled = (all, one) => (all.includes(one) ? all.filter((other) => other !== one) : [...all, one]);
  // In a frame of another site everything opens beside it (data-opens).
  function leave(address, tab = false) {
    if (tab || figure().dataset.opens === "new") window.open(address, "_blank", "noopener");
    else location.assign(address);
  }
  // The tree's own page; from a frame with what the frame shows.
  function elsewhere(words) {
    const here = Object.fromEntries(new URLSearchParams(figure().dataset.opens === "new" ? location.search : ""));
    leave(`${figure().dataset.tree || "/tree/"}?${new URLSearchParams({ ...here, ...words })}`);
  }
  const openCard = (slug, tab) => leave(nodes[slug].address, tab);
  function compare(slug) {
    if (form()) put("chosen", toggled(values("chosen"), slug));
    else elsewhere({ chosen: slug });
  }
  function highlight(slug) {
    if (form()) put("focus", values("focus").includes(slug) ? [] : [slug]);
    else elsewhere({ focus: slug });
  }
  function openSeries(slug) {
    follow = slug;
    if (form()) put("open", [toggled(values("open"), nodes[slug].series).join(",")].filter(Boolean));
    else elsewhere({ open: nodes[slug].series });
  }
  const isSeries = (slug) => Boolean(nodes[slug].series && nodes[slug].members > 1);

  // As by a click or Enter.
  function act(slug, { ctrlKey, metaKey, shiftKey }) {
    if (shiftKey) compare(slug);
    else if (ctrlKey || metaKey) openCard(slug, true);
    else if (isSeries(slug)) openSeries(slug);
    else openCard(slug);
  }

  // The current chip: its ring, in a layer over the figure, and its peek.
  function ring(box) {
    let layer = box.parentElement.querySelector(".tree-over");
    if (!layer) {
      layer = Object.assign(document.createElement("div"), { className: "tree-over" });
      layer.dataset.kept = "";
      layer.append(Object.assign(document.createElement("div"), { className: "tree-ring" }));
      box.after(layer);
    }
    const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height } = box;
    Object.assign(layer.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    return layer.firstElementChild;
  }
  function placeRing() {
    const box = figure();
    if (!box || !box._fullLayout) return;
    const node = nodes[current];
    const layer = box.parentElement.querySelector(".tree-over");
    if (layer) layer.hidden = !node;
    if (!node) return;
    const mark = ring(box);
    const perUnit = view().scale(box);
    const [x, y] = view().pixel(box, node.x, node.y);
    const [width, height] = [Math.max(14, node.w * perUnit + 8), Math.max(14, node.h * perUnit + 8)];
    Object.assign(mark.style, { width: `${width}px`, height: `${height}px`, transform: `translate(${x - width / 2}px, ${y - height / 2}px)` });
  }

  // ``quiet``: without the peek, and without scrolling the page.
  function makeCurrent(slug, readable = 0, quiet = false) {
    current = slug;
    tell(quiet);
    placeRing();
    if (slug && figure()) view().reveal(figure(), nodes[slug], readable, quiet);
  }

  function peek() {
    const place = document.getElementById("tree-peek");
    if (place && !place.firstElementChild) {
      const sheet = words().querySelector("[data-peek]").cloneNode(true);
      sheet.dataset.kept = "";
      place.append(sheet);
    }
    return place;
  }
  function tell(quiet = false) {
    const place = peek();
    if (!place) return;
    const node = quiet ? null : nodes[current];
    const sheet = place.firstElementChild;
    sheet.hidden = !node;
    place.classList.toggle("shown", Boolean(node));
    if (!node) return;
    const part = (name) => sheet.querySelector(`[data-peek-${name}]`);
    part("name").textContent = node.name;
    part("facts").replaceChildren(...node.facts.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    part("card").href = node.address;
    const pressed = (button, on) => button.setAttribute("aria-pressed", String(on));
    pressed(part("compare"), Boolean(form()) && values("chosen").includes(current));
    pressed(part("line"), Boolean(form()) && values("focus").includes(current));
    part("series").hidden = !isSeries(current);
    part("series").textContent = part("series").dataset.words.replace("{n}", node.members);
  }

  // Keyboard: along branches where there is one, else to the chip that is nearest in that direction.
  const newest = (one, other) => (nodes[one].y < nodes[other].y ? one : other);
  function nearest(from, ahead, aside) {
    let best = "";
    let least = Infinity;
    for (const [slug, node] of Object.entries(nodes)) {
      const [far, off] = [ahead(node, from), aside(node, from)];
      if (slug !== current && far > 0.5 && far + 2.5 * off < least) [best, least] = [slug, far + 2.5 * off];
    }
    return best;
  }
  const above = (node, from) => from.y - node.y;
  const beside = (node, from) => node.x - from.x;
  const apartX = (node, from) => Math.abs(node.x - from.x);
  const apartY = (node, from) => Math.abs(node.y - from.y);
  const closest = (slugs, from) => slugs.reduce((one, other) => (apartX(nodes[other], from) < apartX(nodes[one], from) ? other : one));
  const siblings = (node) => (node.parent && nodes[node.parent] ? nodes[node.parent].kids : []).filter((slug) => nodes[slug] && slug !== current);
  function step(direction) {
    const from = nodes[current];
    const kids = from.kids.filter((slug) => nodes[slug]);
    if (direction === "up") return kids.length ? closest(kids, from) : nearest(from, above, apartX);
    if (direction === "down") return nodes[from.parent] ? from.parent : nearest(from, (node) => -above(node, from), apartX);
    const sign = direction === "right" ? 1 : -1;
    const brothers = siblings(from).filter((slug) => sign * beside(nodes[slug], from) > 0.5);
    return brothers.length ? closest(brothers, from) : nearest(from, (node) => sign * beside(node, from), apartY);
  }

  // Where the keyboard begins: at the highlighted chip, a match of the search, or the newest one.
  function entry() {
    const slugs = Object.keys(nodes);
    const focus = form() ? values("focus") : [];
    return [...focus, ...window.treeFound.slugs()].find((slug) => nodes[slug]) || (slugs.length ? slugs.reduce(newest) : "");
  }

  const go = (direction) => makeCurrent((current && step(direction)) || current || entry());
  const ends = (pick) => () => Object.keys(nodes).length && makeCurrent(Object.keys(nodes).reduce(pick));
  const keys = {
    ArrowUp: () => go("up"),
    ArrowDown: () => go("down"),
    ArrowLeft: () => go("left"),
    ArrowRight: () => go("right"),
    Home: ends((one, other) => (newest(one, other) === one ? other : one)),
    End: ends(newest),
    Enter: (event) => current && act(current, event),
    " ": () => current && compare(current),
    h: () => current && highlight(current),
    o: () => current && nodes[current].series && openSeries(current),
    n: () => window.treeFound.step(1),
    p: () => window.treeFound.step(-1),
    "+": () => view().zoomBy(figure(), 4 / 3, nodes[current]),
    "=": () => view().zoomBy(figure(), 4 / 3, nodes[current]),
    "-": () => view().zoomBy(figure(), 3 / 4, nodes[current]),
    0: () => view().home(figure()),
    Escape: () => {
      if (current) makeCurrent("");
      else figure().blur();
    },
  };
  function press(event) {
    const key = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!key || event.altKey || ((event.ctrlKey || event.metaKey) && event.key !== "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    key(event);
  }

  // Fingers: the chip at a point of the figure, or the nearest within a finger's breadth.
  function at(box, px, py) {
    const perUnit = view().scale(box);
    let best = "";
    let least = FINGER;
    for (const [slug, node] of Object.entries(nodes)) {
      const [x, y] = view().pixel(box, node.x, node.y);
      const away = Math.hypot(Math.max(0, Math.abs(px - x) - (node.w / 2) * perUnit), Math.max(0, Math.abs(py - y) - (node.h / 2) * perUnit));
      if (away < least) [best, least] = [slug, away];
    }
    return best;
  }

  // A series that fills the sight offers to be opened; once, until another one does.
  function offer(box) {
    if (view().scale(box) < NEAR) offered = "";
    if (current || view().scale(box) < NEAR) return;
    const slug = at(box, box.clientWidth / 2, box.clientHeight / 2);
    if (!slug || !isSeries(slug) || slug === offered) return;
    offered = slug;
    current = slug;
    tell();
    placeRing();
  }

  // After a series was opened the reader stays beside it.
  let follow = "";
  function ready(box) {
    const source = document.getElementById("tree-nodes");
    nodes = source ? JSON.parse(source.textContent) : {};
    box.tabIndex = 0;
    box.setAttribute("role", "application");
    const told = document.getElementById("tree-keys");
    if (told) box.setAttribute("aria-describedby", told.id);
    if (!nodes[current]) makeCurrent("");
    placeRing();
    if (follow && nodes[follow] && view().scale(box) < READABLE) view().centre(box, nodes[follow].x, nodes[follow].y, READABLE);
    else if (follow && nodes[follow]) view().reveal(box, nodes[follow]);
    follow = "";
    window.treeFound.ready(box, nodes);
  }

  const ours = (box) => box.dataset.figure === "tree-figure" && Boolean((box.layout.meta || {}).tree);
  document.addEventListener("figure:drawn", ({ target: box }) => {
    if (!ours(box)) return;
    if (!box.handled) box.addEventListener("keydown", press);
    box.handled = true;
    ready(box);
  });
  document.addEventListener("figure:click", (event) => {
    const { point, event: pressed } = event.detail;
    const slug = point.id || point.data?.ids?.[point.pointIndex];
    if (!ours(event.target) || !nodes[slug]) return;
    event.preventDefault();
    act(slug, pressed);
  });
  document.addEventListener("tree:tap", ({ target: box, detail }) => makeCurrent(at(box, detail.x, detail.y)));
  document.addEventListener("tree:moved", placeRing);
  addEventListener("resize", placeRing);
  // The tray may have changed where the figure has not.
  document.addEventListener("htmx:afterSettle", () => {
    const place = document.getElementById("tree-peek");
    if (place && place.classList.contains("shown")) tell();
  });
  document.addEventListener("figure:moved", ({ target: box }) => ours(box) && offer(box));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-peek-compare], [data-peek-line], [data-peek-series], [data-peek-close]");
    if (!button || !nodes[current]) return;
    if ("peekCompare" in button.dataset) compare(current);
    else if ("peekLine" in button.dataset) highlight(current);
    else if ("peekSeries" in button.dataset) openSeries(current);
    else makeCurrent("");
  });
  window.treeHand = { makeCurrent, readable: READABLE };
})();
