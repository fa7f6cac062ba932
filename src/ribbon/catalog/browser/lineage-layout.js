"use strict";
/**
 * Where the boxes and edges of a lineage stand: dagre places the boxes from left to right, edges end at columns.
 * @typedef {{key: string, name: string, y: number}} PlacedColumn
 * @typedef {{id: string, relation: any, x: number, y: number, width: number, height: number, columns: PlacedColumn[]}} PlacedBox
 * @typedef {{edge: any, path: string, left: number, x: number, y: number}} PlacedEdge left: where it begins; x, y: of its sign
 */
ribbon.lineageLayout = (() => {
  const [head, row, foot] = [30, 22, 6];
  const [narrowest, widest] = [120, 300];
  const measure = document.createElement("canvas").getContext("2d");

  /** The width of a text in pixels, as the drawing writes it. @param {string} text @param {boolean} strong */
  function widthOf(text, strong) {
    if (!measure) return text.length * 7.5;
    measure.font = strong ? "600 13px system-ui, sans-serif" : "12px ui-monospace, monospace";
    return measure.measureText(text).width;
  }

  /** @param {any} box */
  function sized(box) {
    const texts = [widthOf(box.relation.label, true), ...[...box.columns.values()].map((name) => widthOf(name, false) + 14)];
    const width = Math.min(widest, Math.max(narrowest, ...texts) + 44);
    return { width, height: head + box.columns.size * row + foot };
  }

  /** The point where an edge leaves or enters a box. @param {PlacedBox} box @param {string} key @param {boolean} right */
  function port(box, key, right) {
    const column = box.columns.find((one) => one.key === key);
    return { x: right ? box.x + box.width : box.x, y: column ? column.y : box.y + head / 2 };
  }

  /** A point of the curve. @param {number[]} ends the numbers of its four points along one axis @param {number} t from 0 to 1 */
  const along = ([a, b, c, d], t) => (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;

  /**
   * @param {any} edge
   * @param {Map<string, PlacedBox>} boxes
   * @param {number} t where its sign is: signs of edges that meet would cover each other where they meet
   * @returns {PlacedEdge}
   */
  function placedEdge(edge, boxes, t) {
    const [a, b] = [boxes.get(edge.fromBox), boxes.get(edge.toBox)];
    if (!a || !b) throw new Error(`an edge without its boxes: ${edge.id}`);
    const back = a.x + a.width > b.x;
    const [from, to] = [port(a, edge.from, true), port(b, edge.to, false)];
    // An edge to itself or backwards swings out on both sides.
    const swing = back ? 60 : Math.max(30, (to.x - from.x) / 2);
    const [xs, ys] = [[from.x, from.x + swing, to.x - swing, to.x - 5], [from.y, from.y, to.y, to.y]];
    const path = `M${xs[0]},${ys[0]}C${xs[1]},${ys[1]} ${xs[2]},${ys[2]} ${xs[3]},${ys[3]}`;
    return { edge, path, left: from.x, x: along(xs, t), y: along(ys, t) };
  }

  /** How many edges begin or end at each place. @param {any[]} edges @param {"from" | "to"} end */
  function crowds(edges, end) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const edge of edges) counts.set(edge[end], (counts.get(edge[end]) ?? 0) + 1);
    return counts;
  }

  /** @param {any[]} edges @param {Map<string, PlacedBox>} boxes */
  function placedEdges(edges, boxes) {
    const [starts, ends] = [crowds(edges, "from"), crowds(edges, "to")];
    return edges.map((edge) => {
      const [start, end] = [starts.get(edge.from) ?? 0, ends.get(edge.to) ?? 0];
      const [crowded, even] = edge.decides ? [0.2, 0.2] : [0.42, 0.5];
      return placedEdge(edge, boxes, start === end ? even : start < end ? crowded : 0.75);
    });
  }

  /**
   * @param {{boxes: Map<string, any>, edges: Map<string, any>}} sight
   * @returns {{boxes: PlacedBox[], edges: PlacedEdge[], width: number, height: number}}
   */
  return function layout(sight) {
    const graph = new dagre.graphlib.Graph();
    graph.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 84, marginx: 12, marginy: 12 });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const [id, box] of sight.boxes) graph.setNode(id, sized(box));
    for (const edge of sight.edges.values()) {
      if (edge.fromBox === edge.toBox) continue;
      // Values decide the order of boxes; what only decides rows gives way.
      const weight = (graph.edge(edge.fromBox, edge.toBox)?.weight ?? 0) + (edge.decides ? 0.1 : 1);
      graph.setEdge(edge.fromBox, edge.toBox, { weight });
    }
    dagre.layout(graph);
    const boxes = new Map();
    for (const [id, box] of sight.boxes) {
      const { x, y, width, height } = graph.node(id);
      const [left, top] = [x - width / 2, y - height / 2];
      const columns = [...box.columns].map(([key, name], at) => ({ key, name, y: top + head + row * (at + 0.5) }));
      boxes.set(id, { id, relation: box.relation, x: left, y: top, width, height, columns });
    }
    const { width, height } = graph.graph();
    const edges = placedEdges([...sight.edges.values()], boxes);
    return { boxes: [...boxes.values()], edges, width, height };
  };
})();
