"use strict";
/**
 * Where the boxes and edges of a lineage stand: dagre places the boxes from left to right, edges end at columns.
 * @typedef {{key: string, name: string, y: number}} PlacedColumn
 * @typedef {{id: string, relation: any, whole: string, x: number, y: number, width: number, height: number, columns: PlacedColumn[]}} PlacedBox
 *   whole: the key of the relation as a whole, if that is a part of the lineage
 * @typedef {{left: number, right: number}} Rank a column of boxes
 * @typedef {{edge: any, path: string, curves: number[][][]}} Way
 */
ribbon.lineageLayout = (() => {
  const { widthOf } = ribbon.drawnText;
  const [head, row, foot] = [30, 22, 6];
  const [narrowest, widest] = [120, 400];

  /** @param {any} box */
  const named = (box) => [...box.columns].filter(([, name]) => name);

  /** @param {any} box */
  function sized(box) {
    const columns = named(box);
    const texts = [widthOf(box.relation.label, true) + 20, ...columns.map(([, name]) => widthOf(name, false) + 6)];
    const width = Math.min(widest, Math.max(narrowest, ...texts) + 30);
    return { width, height: head + columns.length * row + (columns.length ? foot : 0) };
  }

  /** The point where an edge leaves or enters a box. @param {PlacedBox} box @param {string} key @param {boolean} right */
  function port(box, key, right) {
    const column = box.columns.find((one) => one.key === key);
    return { x: right ? box.x + box.width : box.x, y: column ? column.y : box.y + head / 2 };
  }

  /**
   * The curve of an edge, which runs between the boxes of the ranks that it passes and not beneath them.
   * @param {any} edge
   * @param {Map<string, PlacedBox>} boxes
   * @param {(Rank & {y: number})[]} gates where it passes a rank
   * @returns {Way}
   */
  function way(edge, boxes, gates) {
    const [a, b] = [boxes.get(edge.fromBox), boxes.get(edge.toBox)];
    if (!a || !b) throw new Error(`an edge without its boxes: ${edge.id}`);
    const back = a.x + a.width > b.x;
    const [from, to] = [port(a, edge.from, true), port(b, edge.to, false)];
    const stops = [from, ...(back ? [] : gates.flatMap((gate) => [{ x: gate.left, y: gate.y }, { x: gate.right, y: gate.y }])), { x: to.x - 5, y: to.y }];
    /** @type {number[][][]} */
    const curves = [];
    let path = `M${from.x},${from.y}`;
    for (let at = 0; at + 1 < stops.length; at += 2) {
      const [start, end] = [stops[at], stops[at + 1]];
      // An edge to itself or backwards swings out on both sides.
      const swing = back ? 60 : Math.max(30, (end.x - start.x) / 2);
      const [xs, ys] = [[start.x, start.x + swing, end.x - swing, end.x], [start.y, start.y, end.y, end.y]];
      curves.push([xs, ys]);
      path += `C${xs[1]},${ys[1]} ${xs[2]},${ys[2]} ${xs[3]},${ys[3]}`;
      if (at + 2 < stops.length) path += `H${stops[at + 2].x}`;
    }
    return { edge, path, curves };
  }

  /** @param {{boxes: Map<string, any>, edges: Map<string, any>}} sight */
  function arranged(sight) {
    const graph = new dagre.graphlib.Graph();
    // Signs need room between the ranks.
    const ranksep = [...sight.edges.values()].some((edge) => edge.kind !== "reads") ? 84 : 56;
    graph.setGraph({ rankdir: "LR", nodesep: 18, edgesep: 12, ranksep, marginx: 12, marginy: 12 });
    for (const [id, box] of sight.boxes) graph.setNode(id, sized(box));
    for (const edge of sight.edges.values()) {
      if (edge.fromBox === edge.toBox) continue;
      // Values decide the order of boxes; what only decides rows gives way.
      const weight = (graph.edge(edge.fromBox, edge.toBox)?.weight ?? 0) + (edge.decides ? 0.1 : 1);
      graph.setEdge(edge.fromBox, edge.toBox, { weight });
    }
    dagre.layout(graph);
    return graph;
  }

  /** The columns that boxes stand in, by their middle. @param {any} graph @returns {Map<number, Rank>} */
  function ranksOf(graph) {
    const ranks = new Map();
    for (const id of graph.nodes()) {
      const { x, width } = graph.node(id);
      const rank = ranks.get(Math.round(x)) ?? { left: x, right: x };
      ranks.set(Math.round(x), { left: Math.min(rank.left, x - width / 2), right: Math.max(rank.right, x + width / 2) });
    }
    return ranks;
  }

  /** @param {string} id @param {any} box @param {any} node of dagre @param {Rank | undefined} rank @returns {PlacedBox} */
  function placed(id, box, node, rank) {
    const top = node.y - node.height / 2;
    const { left, right } = rank ?? { left: node.x - node.width / 2, right: node.x + node.width / 2 };
    const columns = named(box).map(([key, name], at) => ({ key, name, y: top + head + row * (at + 0.5) }));
    const whole = [...box.columns].find(([, name]) => !name)?.[0] ?? "";
    return { id, relation: box.relation, whole, x: left, y: top, width: right - left, height: node.height, columns };
  }

  /**
   * @param {{boxes: Map<string, any>, edges: Map<string, any>}} sight
   * @returns {{boxes: PlacedBox[], edges: any[], width: number, height: number}}
   */
  return function layout(sight) {
    const graph = arranged(sight);
    const ranks = ranksOf(graph);
    const boxes = new Map([...sight.boxes].map(([id, box]) => {
      const node = graph.node(id);
      return [id, placed(id, box, node, ranks.get(Math.round(node.x)))];
    }));
    const ways = [...sight.edges.values()].map((edge) => {
      const points = graph.edge(edge.fromBox, edge.toBox)?.points.slice(1, -1) ?? [];
      const gates = points.flatMap((/** @type {any} */ { x, y }) => {
        const rank = ranks.get(Math.round(x));
        return rank ? [{ ...rank, y }] : [];
      });
      return way(edge, boxes, gates);
    });
    const { width, height } = graph.graph();
    return { boxes: [...boxes.values()], edges: ribbon.lineageSigns(ways), width, height };
  };
})();
