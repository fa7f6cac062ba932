"use strict";
/**
 * A lineage as SVG: boxes with columns, edges with a sign for their kind. Colours and patterns are in drawn.css.
 * @typedef {{svg: SVGSVGElement, view: SVGGElement, columns: Map<string, SVGGElement>, edges: Map<string, SVGGElement>}} DrawnLineage
 *   columns: by key; the whole of a relation as well, where that is a part of the lineage
 */
ribbon.lineageDrawing = (() => {
  const { drawing } = ribbon;
  const { cut } = ribbon.drawnText;

  /** The name of a column for people. @param {string} key @param {Map<string, any>} boxes */
  function named(key, boxes) {
    const [id] = key.split("\n");
    const box = boxes.get(id);
    const column = box?.columns.find((/** @type {any} */ one) => one.key === key);
    return column ? `${box.relation.label}.${column.name}` : (box?.relation.label ?? id);
  }

  /** What an edge says. @param {any} edge @param {Map<string, any>} boxes */
  function sentence(edge, boxes) {
    const [from, to] = [named(edge.from, boxes), named(edge.to, boxes)];
    const how = edge.expressions.length ? `: ${edge.expressions.join(" ← ")}` : "";
    if (edge.kind === "reads") return `${to} reads ${from}`;
    return edge.decides ? `Rows of ${to} are ${edge.kind} ${from}${how}` : `${to} is ${edge.kind} from ${from}${how}`;
  }

  /** @param {any} placed @param {Map<string, any>} boxes */
  function drawnEdge(placed, boxes) {
    const { edge, path, sign } = placed;
    const says = sentence(edge, boxes);
    return drawing("g", { class: `edge ${edge.decides ? "decides" : edge.kind}`, role: "button", tabindex: "-1", "aria-label": says, "data-edge": edge.id },
      drawing("title", {}, says),
      drawing("path", { class: "edge-reach", d: path }),
      drawing("path", { class: "edge-line", d: path, "marker-end": "url(#lineage-arrow)" }),
      sign && drawing("rect", { class: "edge-plate", x: sign.x - sign.wide / 2, y: sign.y - 8, width: sign.wide, height: 16, rx: 8 }),
      sign && drawing("text", { class: "edge-sign", x: sign.x, y: sign.y + 4, "text-anchor": "middle" }, sign.text));
  }

  /** @param {any} box @param {any} column @param {string} start */
  function drawnColumn(box, column, start) {
    const name = `${column.name} of ${box.relation.label}`;
    return drawing("g", { class: `column${column.key === start ? " start" : ""}`, role: "button", tabindex: "-1", "aria-label": name, "aria-pressed": String(column.key === start), "data-key": column.key },
      drawing("title", {}, column.name),
      drawing("rect", { x: box.x + 4, y: column.y - 10, width: box.width - 8, height: 20, rx: 3 }),
      drawing("text", { x: box.x + 14, y: column.y + 4 }, cut(column.name, box.width - 24, false)));
  }

  /** The part of a box that stands for all of it. @param {any} box @param {string} start */
  function drawnWhole(box, start) {
    return drawing("g", { class: `whole${box.whole === start ? " start" : ""}`, role: "button", tabindex: "-1", "aria-label": box.relation.label, "aria-pressed": String(box.whole === start), "data-key": box.whole },
      drawing("rect", { x: box.x + 1, y: box.y + 1, width: box.width - 2, height: Math.min(box.height, 30) - 2, rx: 5 }));
  }

  /** How a relation stands: the shape tells what the colour tells. @param {any} box @param {string[]} standing */
  function drawnStanding(box, [status, words]) {
    const bad = status === "fail" || status === "warn";
    return bad && drawing("g", {}, drawing("title", {}, words),
      drawing("path", { class: `health ${status}`, d: ribbon.shapes[status], transform: `translate(${box.x + box.width - 20},${box.y + 15})` }));
  }

  /** A handle for the next step. @param {any} box @param {"up" | "down"} direction @param {Set<string>} ends */
  function handle(box, direction, ends) {
    const count = box.columns.filter((/** @type {any} */ column) => ends.has(column.key)).length;
    if (!count && !ends.has(box.whole)) return null;
    const x = direction === "up" ? box.x : box.x + box.width;
    const name = `${direction === "up" ? "Where" : "What"} ${box.relation.label} ${direction === "up" ? "comes from" : "feeds"}${count ? `: ${ribbon.counted(count, "column")}` : ""}`;
    return drawing("g", { class: "more", role: "button", tabindex: "-1", "aria-label": name, "data-more": direction, "data-box": box.id },
      drawing("title", {}, name),
      drawing("circle", { cx: x, cy: box.y + 15, r: 9 }),
      drawing("text", { x, y: box.y + 19, "text-anchor": "middle" }, "+"));
  }

  /** @param {any} box @param {any} sight @param {string} start @param {string[]} standing @param {Map<string, SVGGElement>} columns filled */
  function drawnBox(box, sight, start, standing, columns) {
    if (box.whole) columns.set(box.whole, drawnWhole(box, start));
    for (const column of box.columns) columns.set(column.key, drawnColumn(box, column, start));
    const { label, layer, slug } = box.relation;
    const title = drawing("text", { class: "box-title", x: box.x + 14, y: box.y + 20 }, cut(label, box.width - 44, true));
    return drawing("g", { class: `box ${layer}${box.whole && box.whole === start ? " start" : ""}` },
      drawing("title", {}, standing.length ? `${label}: ${standing[1]}` : label),
      drawing("rect", { class: "box-frame", x: box.x, y: box.y, width: box.width, height: box.height, rx: 6 }),
      drawing("path", { class: "box-layer", d: `M${box.x + 2},${box.y + 6}V${box.y + box.height - 6}` }),
      columns.get(box.whole),
      slug ? drawing("a", { href: ribbon.address(slug), tabindex: "-1", "aria-label": `Open ${label}` }, title) : title,
      ...box.columns.map((/** @type {any} */ column) => columns.get(column.key)),
      drawnStanding(box, standing),
      handle(box, "up", sight.ends.up),
      handle(box, "down", sight.ends.down));
  }

  function arrow() {
    return drawing("defs", {}, drawing("marker", { id: "lineage-arrow", viewBox: "0 0 8 8", refX: 2, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" },
      drawing("path", { class: "edge-arrow", d: "M0,0L8,4L0,8Z" })));
  }

  /**
   * @param {{boxes: any[], edges: any[]}} layout
   * @param {any} sight
   * @param {string} start key of the column it starts from
   * @param {(id: string) => string[]} standing of a relation: a status and words
   * @returns {DrawnLineage}
   */
  function draw(layout, sight, start, standing) {
    const boxes = new Map(layout.boxes.map((box) => [box.id, box]));
    const columns = new Map();
    const edges = new Map(layout.edges.map((placed) => [placed.edge.id, drawnEdge(placed, boxes)]));
    const drawnBoxes = layout.boxes.map((box) => drawnBox(box, sight, start, standing(box.id), columns));
    const view = drawing("g", {}, ...edges.values(), ...drawnBoxes);
    const svg = drawing("svg", { class: "lineage", role: "group", "aria-label": "Lineage. Arrow keys walk from column to column along the edges, Enter starts from a column" }, arrow(), view);
    return { svg, view, columns, edges };
  }

  return { draw, sentence };
})();
