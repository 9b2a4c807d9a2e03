// What a search found in the picture: a single chip is brought to the middle; of several one goes from one to the next,
// and a bar tells which of how many. The rings are the figure's own (a trace whose meta has the role "matches", and ids).
"use strict";
(() => {
  let slugs = [];
  let place = -1;
  let told = "";

  const matches = (box, nodes) => {
    const ids = box.whole.data.flatMap((trace) => (trace.meta && trace.meta.role === "matches" ? trace.meta.ids || [] : []));
    return ids.filter((slug) => nodes[slug]).sort((one, other) => nodes[other].y - nodes[one].y || nodes[one].x - nodes[other].x);
  };

  function bar(box) {
    const frame = box.parentElement;
    let found = frame.querySelector("[data-finds]");
    if (!found) {
      found = document.getElementById("tree-words").content.querySelector("[data-finds]").cloneNode(true);
      found.dataset.kept = "";
      frame.append(found);
    }
    return found;
  }

  function tell(box) {
    const found = bar(box);
    found.hidden = slugs.length < 2;
    const text = found.querySelector("[data-finds-place]");
    text.textContent = text.dataset.words.replace("{n}", place + 1).replace("{m}", slugs.length);
  }

  // On a phone the peek would lie over the field that a reader types into: there an answer is only ringed.
  const narrow = matchMedia("(max-width: 800px)");
  function step(by, quiet = false) {
    const box = document.querySelector('[data-figure="tree-figure"][data-drawn]');
    if (!box || !slugs.length) return;
    place = (place + by + slugs.length) % slugs.length;
    tell(box);
    window.treeHand.makeCurrent(slugs[place], window.treeHand.readable, quiet);
  }

  // After each drawing: a new answer begins at its first chip, the same answer stays where the reader is.
  function ready(box, nodes) {
    slugs = matches(box, nodes);
    const now = slugs.join(",");
    if (now !== told) {
      place = -1;
      if (slugs.length) step(1, narrow.matches);
    }
    told = now;
    tell(box);
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-finds-next], [data-finds-previous]");
    if (button) step("findsNext" in button.dataset ? 1 : -1);
  });
  window.treeFound = { ready, step, slugs: () => slugs };
})();
