"use strict";
/**
 * Where the parts of the ribbon stand: sources, subjects and uses in columns, bands between them. Pure: no drawing.
 * @typedef {{key: string, label: string, side: string, page: string, description: string, relations: number,
 *   columns: number, queries: number, health: Record<string, number>}} Group
 * @typedef {{source: string, target: string, columns: number, rows: number, queries: number}} Band
 * @typedef {{group: Group, x: number, y: number, width: number, height: number}} Block
 * @typedef {{band: Band, from: Block, to: Block, path: string, value: number}} Ribbon
 */
ribbon.bandsLayout = (() => {
  const sides = ["source", "subject", "use"];
  /** A label has two lines: what stands below it begins further down. */
  const [nodeWidth, gap, rowHeight] = [14, 32, 50];
  /** Where labels stand above their blocks: one line. */
  const lowGap = 24;

  /**
   * The outline of a band: filled, because a stroke as wide as it is long bulges.
   * @param {any} link
   */
  function outline(link) {
    const [x0, x1, half] = [link.source.x1, link.target.x0, Math.max(link.width, 1.5) / 2];
    const middle = (x0 + x1) / 2;
    const curve = (/** @type {number} */ side, /** @type {boolean} */ back) => {
      const [a, b] = [link.y0 + side, link.y1 + side];
      return back ? `L${x1},${b}C${middle},${b} ${middle},${a} ${x0},${a}Z` : `M${x0},${a}C${middle},${a} ${middle},${b} ${x1},${b}`;
    };
    return curve(-half, false) + curve(half, true);
  }

  /**
   * @param {{groups: Group[], bands: Band[]}} front
   * @param {"columns" | "rows" | "queries"} by
   * @param {number} width
   * @param {number} margin on both sides, for labels
   * @param {boolean} above whether labels stand above their blocks
   * @returns {{blocks: Block[], ribbons: Ribbon[], height: number}}
   */
  return function layout(front, by, width, margin, above) {
    const { groups, bands } = front;
    const present = sides.filter((side) => groups.some((group) => group.side === side));
    const rank = new Map(groups.map((group) => [group.key, present.indexOf(group.side)]));
    const forward = bands.filter((band) => (rank.get(band.source) ?? 9) < (rank.get(band.target) ?? -1) && band[by] > 0);
    const links = forward.map((band) => ({ source: band.source, target: band.target, value: band[by], band }));
    // A chain of nothing through all columns: d3-sankey makes as many columns as its longest path is long.
    const firsts = present.map((side) => groups.find((group) => group.side === side)?.key ?? "");
    const chain = firsts.slice(1).map((target, at) => ({ source: firsts[at], target, value: 0, band: null }));
    const tallest = Math.max(1, ...present.map((side) => groups.filter((group) => group.side === side).length));
    const height = Math.max(320, tallest * rowHeight);
    const graph = d3.sankey()
      .nodeId((/** @type {any} */ node) => node.group.key)
      .nodeAlign((/** @type {any} */ node) => rank.get(node.group.key))
      .nodeWidth(nodeWidth)
      .nodePadding(above ? lowGap : gap)
      .extent([[margin, above ? 18 : 4], [width - margin, height - 4]])
      .iterations(24)({ nodes: groups.map((group) => ({ group })), links: [...links, ...chain] });

    const blocks = new Map(graph.nodes.map((/** @type {any} */ node) => [node,
      { group: node.group, x: node.x0, y: node.y0, width: node.x1 - node.x0, height: Math.max(node.y1 - node.y0, 3) }]));
    const ribbons = graph.links.filter((/** @type {any} */ link) => link.band).map((/** @type {any} */ link) => (
      { band: link.band, from: blocks.get(link.source), to: blocks.get(link.target), path: outline(link), value: link.value }));
    return { blocks: [...blocks.values()], ribbons, height };
  };
})();
