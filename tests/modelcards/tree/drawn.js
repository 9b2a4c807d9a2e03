// Measures what stands drawn in the figure: boxes of chips from the paths, boxes of labels from the glyphs.
//
// ``nodes``: by slug {x, y, w, h, name} in units of the axes. Answers with a line for each thing that is wrong.
(nodes) => {
  const box = document.querySelector("[data-figure]");
  const frame = box.querySelector(".main-svg").getBoundingClientRect();
  const { xaxis, yaxis } = box._fullLayout;
  const unit = Math.abs(xaxis.d2p(1) - xaxis.d2p(0));
  const rectangle = (x0, x1, y0, y1) => ({ x0, x1, y0, y1 });
  const placed = (node) => {
    const x = xaxis._offset + xaxis.d2p(node.x), y = yaxis._offset + yaxis.d2p(node.y);
    return rectangle(x - (node.w / 2) * unit, x + (node.w / 2) * unit, y - (node.h / 2) * unit, y + (node.h / 2) * unit);
  };
  // A trace holds many outlines in one path: each begins with an M. Plotly draws within the plot's own corner.
  const outlines = [...box.querySelectorAll(".scatterlayer path.js-fill, .scatterlayer path.js-line")].flatMap((path) =>
    (path.getAttribute("d") || "").split("M").slice(1).map((part) => {
      const numbers = part.match(/-?\d+(\.\d+)?(e-?\d+)?/g).map(Number);
      const xs = numbers.filter((_, at) => at % 2 === 0), ys = numbers.filter((_, at) => at % 2 === 1);
      return rectangle(
        Math.min(...xs) + xaxis._offset, Math.max(...xs) + xaxis._offset,
        Math.min(...ys) + yaxis._offset, Math.max(...ys) + yaxis._offset,
      );
    }),
  );
  const near = (a, b) => ["x0", "x1", "y0", "y1"].every((side) => Math.abs(a[side] - b[side]) < 2);
  const chips = Object.entries(nodes).map(([slug, node]) => {
    const wanted = placed(node);
    return { slug, name: node.name, drawn: outlines.find((one) => near(one, wanted)), wanted };
  });
  const labels = [...box.querySelectorAll(".scatterlayer text, .annotation text")]
    .map((text) => ({ text: text.textContent.trim(), at: text.getBoundingClientRect() }))
    .filter((one) => one.text && one.at.width)
    .map(({ text, at }) => ({
      text, at: rectangle(at.left - frame.left, at.right - frame.left, at.top - frame.top, at.bottom - frame.top),
    }));
  const slack = 0.6;
  const meet = (a, b) => a.x0 + slack < b.x1 && b.x0 + slack < a.x1 && a.y0 + slack < b.y1 && b.y0 + slack < a.y1;
  const holds = (a, x, y) => a.x0 < x && x < a.x1 && a.y0 < y && y < a.y1;
  const wrong = chips.filter((chip) => !chip.drawn).map((chip) => `${chip.slug} is not drawn`);
  const boxes = chips.map((chip) => ({ ...chip, at: chip.drawn || chip.wanted }));
  boxes.forEach((one, at) => {
    for (const other of boxes.slice(at + 1)) if (meet(one.at, other.at)) wrong.push(`chips ${one.slug} and ${other.slug} overlap`);
  });
  const named = new Set();
  for (const label of labels) {
    const { x0, x1, y0, y1 } = label.at;
    const home = boxes.find((chip) => holds(chip.at, (x0 + x1) / 2, (y0 + y1) / 2));
    // Glyphs stand within the line: its upper and lower fifth are empty.
    const fifth = (y1 - y0) / 5, ink = rectangle(x0, x1, y0 + fifth, y1 - fifth);
    label.ink = ink;
    if (home) {
      named.add(home.slug);
      if (x0 < home.at.x0 + slack || x1 > home.at.x1 - slack || ink.y0 < home.at.y0 || ink.y1 > home.at.y1) {
        wrong.push(`label "${label.text}" leaves its chip ${home.slug} by ${Math.max(home.at.x0 - x0, x1 - home.at.x1).toFixed(1)} px`);
      }
    }
    for (const chip of boxes) if (chip !== home && meet(ink, chip.at)) wrong.push(`label "${label.text}" enters chip ${chip.slug}`);
  }
  labels.forEach((one, at) => {
    for (const other of labels.slice(at + 1)) if (meet(one.ink, other.ink)) wrong.push(`labels "${one.text}" and "${other.text}" overlap`);
  });
  for (const chip of boxes) if (!named.has(chip.slug)) wrong.push(`chip ${chip.slug} has no label`);
  return { wrong, chips: boxes.length, labels: labels.length };
}
