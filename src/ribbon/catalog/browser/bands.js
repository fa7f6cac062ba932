"use strict";
/** The ribbon of the front page: drawn from `data-front`, narrowed to one group by pointer, keys or the address. */
(() => {
  const { element, counted } = ribbon;
  const nouns = { columns: "column", rows: "row", queries: "query" };
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-ribbon]"));
  const front = ribbon.inside("data-front");
  if (!place || !front) return;

  const names = /** @type {(keyof typeof nouns)[]} */ (Object.keys(nouns));
  const known = names.filter((name) => front.bands.some((/** @type {any} */ band) => band[name] > 0));
  if (!known.length) return;
  const choice = element("fieldset", { class: "bands-choice" }, element("legend", {}, "Width by"));
  const canvas = element("div", { class: "bands-canvas" });
  const said = element("div", { class: "bands-said", role: "status" });

  /** @type {keyof typeof nouns} */
  let by = known[0];
  let chosen = "";
  let width = 0;
  /** @type {any} */
  let drawn = null;
  /** @type {Map<string, any>} */
  let groups = new Map();

  /** The groups and bands that belong to one: straight ones, and those that these lead on to. @param {string} key */
  function around(key) {
    const near = new Set([key]);
    const bands = new Set();
    for (const [from, to] of [["source", "target"], ["target", "source"]]) {
      let edge = new Set([key]);
      while (edge.size) {
        const next = new Set();
        for (const { band } of drawn.bands) {
          if (!edge.has(band[from]) || bands.has(band)) continue;
          bands.add(band);
          next.add(band[to]);
        }
        for (const one of next) near.add(one);
        edge = next;
      }
    }
    return { near, bands };
  }

  /** @param {string} key "" frees all */
  function narrow(key) {
    const { near, bands } = key && groups.has(key) ? around(key) : { near: null, bands: null };
    for (const [name, group] of drawn.groups) {
      group.classList.toggle("far", Boolean(near && !near.has(name)));
      group.classList.toggle("near", Boolean(near?.has(name)));
    }
    for (const { band, path } of drawn.bands) {
      const straight = band.source === key || band.target === key;
      path.classList.toggle("near", Boolean(bands?.has(band) && straight));
      path.classList.toggle("further", Boolean(bands?.has(band) && !straight));
      path.classList.toggle("far", Boolean(bands && !bands.has(band)));
    }
  }

  /** The bands of a group as a sentence. @param {string} key @param {"source" | "target"} end */
  function flows(key, end) {
    const other = end === "source" ? "target" : "source";
    const bands = drawn.bands.map((/** @type {any} */ one) => one.band).filter((/** @type {any} */ band) => band[end] === key);
    const parts = bands.sort((/** @type {any} */ a, /** @type {any} */ b) => b[by] - a[by])
      .map((/** @type {any} */ band) => `${groups.get(band[other]).label} (${counted(band[by], nouns[by])})`);
    const shown = parts.slice(0, 6).join(", ") + (parts.length > 6 ? ` and ${parts.length - 6} more` : "");
    return parts.length ? `${end === "source" ? "Flows into" : "Made from"} ${shown}. ` : "";
  }

  function tell() {
    const group = groups.get(chosen);
    if (!group) {
      said.replaceChildren(element("p", {}, "Choose a source, a subject or a use to see only what it is connected to."));
      return;
    }
    const title = group.page ? element("a", { href: ribbon.root + group.page }, group.label) : group.label;
    const free = element("button", { type: "button", class: "bands-free", click: () => choose("") }, "Show all");
    said.replaceChildren(element("p", {}, element("strong", {}, title), ` · ${counted(group.relations, "relation")} · ${ribbon.bandsDrawing.words(group.health)}. `,
      flows(chosen, "target"), flows(chosen, "source"), free));
  }

  /** @param {string} key */
  function show(key) {
    chosen = groups.has(key) ? key : "";
    for (const [name, group] of drawn.groups) group.setAttribute("aria-pressed", String(name === chosen));
    narrow(chosen);
    tell();
  }

  /** Chooses a group, so that the address leads back here. @param {string} key */
  function choose(key) {
    const next = new URLSearchParams();
    if (key) next.set("group", key);
    if (by !== known[0]) next.set("by", by);
    history.pushState(null, "", next.size ? `#${next}` : location.pathname + location.search);
    show(key);
  }

  /** @param {SVGGElement} group @param {string} key */
  function listen(group, key) {
    const toggle = () => choose(chosen === key ? "" : key);
    group.addEventListener("click", toggle);
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle();
    });
    group.addEventListener("pointerenter", () => narrow(key));
    group.addEventListener("pointerleave", () => narrow(chosen));
    group.addEventListener("focus", () => narrow(key));
    group.addEventListener("blur", () => narrow(chosen));
  }

  function draw() {
    width = Math.max(300, Math.floor(canvas.clientWidth));
    const margin = ribbon.bandsDrawing.marginFor(front, width);
    const layout = ribbon.bandsLayout(front, by, width, margin, ribbon.bandsDrawing.above(width));
    groups = new Map(layout.blocks.map((/** @type {any} */ block) => [block.group.key, block.group]));
    const focused = document.activeElement?.getAttribute("data-key");
    drawn = ribbon.bandsDrawing.draw(layout, width, margin);
    for (const [key, group] of drawn.groups) listen(group, key);
    for (const { band, path } of drawn.bands) {
      path.addEventListener("click", () => choose(chosen === band.source ? band.target : band.source));
      path.addEventListener("pointerenter", () => path.classList.add("pointed"));
      path.addEventListener("pointerleave", () => path.classList.remove("pointed"));
    }
    canvas.replaceChildren(drawn.svg);
    if (focused) drawn.groups.get(focused)?.focus();
    show(chosen);
  }

  /** Takes the address at its word. */
  function read() {
    const hash = ribbon.hash();
    const wanted = hash.get("by");
    by = known.find((name) => name === wanted) ?? known[0];
    for (const input of choice.querySelectorAll("input")) input.checked = input.value === by;
    chosen = hash.get("group") ?? "";
    draw();
  }

  for (const name of known) {
    const input = element("input", { type: "radio", name: "bands-by", value: name, change: () => {
      by = name;
      draw();
      choose(chosen);
    } });
    choice.append(element("label", {}, input, name));
  }
  place.replaceChildren(...(known.length > 1 ? [choice] : []), canvas, said);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen && !document.querySelector("dialog[open]")) choose("");
  });
  addEventListener("hashchange", read);
  new ResizeObserver(() => {
    if (Math.abs(canvas.clientWidth - width) > 4 && canvas.clientWidth >= 300) draw();
  }).observe(canvas);
  read();
})();
