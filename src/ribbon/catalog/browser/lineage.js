"use strict";
/**
 * Lineage on a relation's page: of the column that `#lineage=<column>` names, else of the relation as a whole; each way
 * as far as it can be taken in at a glance, at least one step.
 * The last choices are kept while the page lives; what is drawn follows from the graph's opened columns.
 */
(() => {
  const { element, lineageWalking: walking, lineageUnfolding: unfolding } = ribbon;
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-lineage]"));
  const home = ribbon.inside("data-relation");
  if (!place || !home) return;

  /** So many boxes are drawn at most until more are asked for. */
  const portion = 60;
  const graph = new ribbon.lineageGraph(home);
  let limit = portion;
  let rows = false;
  /** Null until something was drawn. @type {any} */
  let sight = null;
  /** @type {any} */
  let layout = null;
  /** @type {any} */
  let drawn = null;
  /** @type {any} */
  let moving = null;
  /** What is under the keys: a key of a column or the id of an edge. */
  let focused = "";
  /** Counts drawings, so that a slower one that was asked for earlier is dropped. */
  let turn = 0;
  let near = false;

  /** @param {string} id */
  const standing = (id) => graph.standing(id);

  const details = element("div", { class: "lineage-details" });
  const canvas = element("div", { class: "lineage-canvas" });
  const controls = ribbon.lineageControls({
    further: (/** @type {"up" | "down"} */ direction) => sight && further(direction, sight.ends[direction]),
    all,
    rows: (/** @type {boolean} */ wanted) => {
      rows = wanted;
      if (sight) draw();
    },
    more: () => {
      limit += portion;
      draw();
    },
    zoom: (/** @type {number} */ factor) => moving?.zoom(factor),
    fit: () => moving?.fit(),
    full: () => (document.fullscreenElement ? document.exitFullscreen() : figure.requestFullscreen()),
  });
  const figure = element("div", { class: "lineage-figure" }, controls.bar, canvas, controls.legend, details);
  const chooser = element("select", { change: () => go(chooser.value) }, element("option", { value: "" }, "the whole relation"),
    ...home.columns.map((/** @type {any[]} */ column) => element("option", { value: column[0] }, column[0])));

  /** Makes a column the one that everything is drawn from; the address tells. @param {string} column */
  function go(column) {
    if (column) {
      location.hash = `lineage=${encodeURIComponent(column)}`;
      return;
    }
    history.pushState(null, "", location.pathname + location.search);
    read();
  }

  /** Sees what is opened, after loading what is not known yet. */
  async function look() {
    sight = await unfolding.seen(graph, limit, rows);
  }

  /** @param {boolean} [anew] whether the window starts at the whole again */
  async function draw(anew = false) {
    const mine = (turn += 1);
    await Promise.all([look(), ribbon.library("vendor/dagre.min.js")]);
    if (mine !== turn) return;
    layout = ribbon.lineageLayout(sight);
    drawn = ribbon.lineageDrawing.draw(layout, sight, graph.start, standing);
    const inside = canvas.contains(document.activeElement);
    canvas.style.height = `${Math.min(560, Math.max(200, layout.height + 8))}px`;
    canvas.replaceChildren(drawn.svg);
    moving = ribbon.lineageMoving(drawn.svg, drawn.view, layout);
    if (anew || !drawn.columns.has(focused)) focused = graph.start;
    aim(anew);
    listen();
    point(focused, inside);
    controls.tell(sight);
  }

  /** All of it where it can be read that small, else the column that it starts from in the middle. @param {boolean} anew */
  function aim(anew) {
    moving.fit(0.65);
    if (moving.whole()) return;
    const [id] = (anew ? graph.start : focused).split("\n");
    const box = layout.boxes.find((/** @type {any} */ one) => one.id === id);
    if (box) moving.center(box.x + box.width / 2, box.y + box.height / 2);
  }

  /** Shows the next step of these columns, as far as they have one. @param {"up" | "down"} direction @param {Iterable<string>} keys */
  async function further(direction, keys) {
    const closed = [...keys].filter((key) => sight.ends[direction].has(key));
    if (!closed.length) return;
    graph.open(direction, closed);
    await draw();
  }

  /** Opens until nothing is left, or there is no room. @param {"up" | "down"} direction */
  async function all(direction) {
    while (sight?.ends[direction].size && sight.boxes.size < limit) {
      graph.open(direction, sight.ends[direction]);
      await look();
    }
    if (sight) await draw();
  }

  /** Marks what belongs to a column or edge and says it in words. @param {string} item @param {boolean} [grab] the focus */
  function point(item, grab = false) {
    focused = item;
    const mine = new Set(walking.edgesAt(sight, item).map((/** @type {any} */ edge) => edge.id));
    const target = drawn.columns.get(item) ?? drawn.edges.get(item);
    for (const group of [...drawn.columns.values(), ...drawn.edges.values()]) group.setAttribute("tabindex", group === target ? "0" : "-1");
    for (const [id, group] of drawn.edges) group.classList.toggle("pointed", mine.has(id));
    details.replaceChildren(...walking.explained(sight, layout, graph.column(item), item, standing));
    if (!grab || !target) return;
    target.focus({ preventScroll: true });
    moving.reveal(target);
  }

  /** Starts from a column: on this page by the address, elsewhere here as well, its own page is one click further. @param {string} key */
  function recenter(key) {
    const [id] = key.split("\n");
    const name = graph.column(key)?.name;
    if (name === undefined) return;
    if (id === graph.home.id && chooser.value !== name) return go(name);
    begin(id, name);
  }

  /** Draws from a column anew. @param {string} id @param {string} column "" for the relation as a whole */
  async function begin(id, column) {
    const mine = (turn += 1);
    graph.center(id, column);
    limit = portion;
    try {
      await unfolding.unfold(graph, limit, rows, () => mine === turn);
      if (mine === turn) await draw(true);
    } catch (error) {
      controls.said.textContent = `The lineage cannot be drawn: ${error instanceof Error ? error.message : error}.`;
    }
  }

  function listen() {
    const { svg } = drawn;
    svg.addEventListener("click", (/** @type {Event} */ event) => act(/** @type {Element} */ (event.target)));
    svg.addEventListener("focusin", (/** @type {Event} */ event) => {
      const item = itemOf(/** @type {Element} */ (event.target));
      if (item && item !== focused) point(item);
    });
    svg.addEventListener("keydown", keys);
    for (const [id, group] of drawn.edges) group.addEventListener("pointerenter", () => point(id));
    for (const [key, group] of drawn.columns) group.addEventListener("pointerenter", () => point(key));
  }

  /** @param {Element} target */
  const itemOf = (target) => {
    const group = /** @type {SVGGElement | null} */ (target.closest("[data-key], [data-edge]"));
    return group?.dataset.key ?? group?.dataset.edge ?? "";
  };

  /** @param {Element} target */
  function act(target) {
    const handle = /** @type {SVGGElement | null} */ (target.closest("[data-more]"));
    if (handle) {
      const direction = /** @type {"up" | "down"} */ (handle.dataset.more);
      further(direction, [...sight.ends[direction]].filter((/** @type {string} */ key) => key.startsWith(`${handle.dataset.box}\n`)));
      return;
    }
    const item = itemOf(target);
    if (!item) return;
    point(item, true);
    if (drawn.columns.has(item)) recenter(item);
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = /** @type {Record<string, () => void>} */ ({
      Enter: () => recenter(focused), " ": () => recenter(focused), "+": () => moving.zoom(1.25), "=": () => moving.zoom(1.25), "-": () => moving.zoom(0.8), "0": () => moving.fit(),
    });
    if (event.key.startsWith("Arrow") && event.shiftKey) {
      moving.pan({ ArrowLeft: 80, ArrowRight: -80 }[event.key] ?? 0, { ArrowUp: 80, ArrowDown: -80 }[event.key] ?? 0);
    } else if (event.key.startsWith("Arrow")) {
      const to = walking.next(sight, [...drawn.columns.keys()], focused, event.key);
      if (to) point(to, true);
      else if (event.key === "ArrowLeft") further("up", [focused]);
      else if (event.key === "ArrowRight") further("down", [focused]);
    } else if (moves[event.key]) moves[event.key]();
    else return;
    event.preventDefault();
  }

  /** Draws what the address asks for. */
  function read() {
    const wanted = ribbon.hash().get("lineage");
    const column = home.columns.find((/** @type {any[]} */ one) => one[0].toLowerCase() === wanted?.toLowerCase());
    chooser.value = column?.[0] ?? "";
    figure.hidden = !column && !home.reads.length && !home.read_by.length;
    if (column || near) begin(home.id, column?.[0] ?? "");
    if (column) place?.scrollIntoView({ block: "start" });
  }

  /** Takes the address at its word, but the link to another part of the page leaves the drawing as it is. */
  function moved() {
    if (!location.hash || ribbon.hash().has("lineage")) read();
  }

  /** The whole is drawn when somebody comes near it: it loads what the relations around it say of themselves. */
  const nearing = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    nearing.disconnect();
    near = true;
    if (!turn) read();
  }, { rootMargin: "300px" });

  const choice = home.columns.length > 0 && element("p", { class: "lineage-choice" }, element("label", {}, "Draw the lineage of ", chooser));
  place.replaceChildren(...(choice ? [choice] : []), figure);
  figure.addEventListener("fullscreenchange", () => draw());
  addEventListener("hashchange", moved);
  read();
  nearing.observe(figure);
})();
