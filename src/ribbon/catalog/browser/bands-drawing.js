"use strict";
/**
 * The ribbon as SVG. What a group or band looks like when narrowed is left to drawn.css and the classes `near`, `far`.
 * @typedef {{svg: SVGSVGElement, groups: Map<string, SVGGElement>, bands: {band: any, path: SVGPathElement}[]}} DrawnBands
 */
ribbon.bandsDrawing = (() => {
  const { drawing, counted, shapes } = ribbon;
  const { widthOf, cut } = ribbon.drawnText;
  const titles = /** @type {Record<string, string>} */ ({ source: "Sources", subject: "Warehouse", use: "Uses" });
  /** For the headings above, and for the second line of the lowest label. */
  const [headroom, footroom] = [30, 14];
  /** How much smaller labels above their blocks are, as drawn.css says. */
  const small = 12 / 13;
  /** From this width on there is room for labels beside the blocks. */
  const roomy = 760;

  /** The worst of it, as `Health.status` of the views. @param {Record<string, number>} health */
  function status(health) {
    if (health.failing || health.broken) return "fail";
    if (health.warning || health.late) return "warn";
    return health.passing ? "pass" : "never";
  }

  /** Health in words. @param {Record<string, number>} health */
  function words(health) {
    const parts = [
      [health.failing, `${counted(health.failing, "promise")} failing`],
      [health.broken, `${counted(health.broken, "build")} failed`],
      [health.warning, counted(health.warning, "warning")],
      [health.late, `${health.late} late`],
    ].filter(([count]) => count).map(([, text]) => text);
    if (parts.length) return parts.join(", ");
    return health.passing ? `${counted(health.passing, "promise")} passing` : "never measured";
  }

  /** Whether labels stand above their blocks, in three columns of their own. @param {number} width */
  const above = (width) => width < roomy;

  /**
   * Where the label of a block stands: beside it, for the outer columns in the margin.
   * @param {any} block
   * @param {number} width
   * @param {number} margin
   */
  function beside(block, width, margin) {
    const { x, width: wide, group } = block;
    if (group.side === "source") return { x: x - 10, anchor: "end", room: margin - 34 };
    return { x: x + wide + 10, anchor: "start", room: group.side === "use" ? margin - 34 : (width - 2 * margin) / 2 - 60 };
  }

  /** Above it, on a third of the width: no label can reach another. @param {any} block @param {number} width */
  function over(block, width) {
    const { x, width: wide, group } = block;
    const room = (width / 3 - 16) / small;
    if (group.side === "source") return { x: x - 6, anchor: "start", room };
    return group.side === "use" ? { x: x + wide + 6, anchor: "end", room } : { x: x + wide / 2 - 8, anchor: "middle", room };
  }

  /** @param {any} block @param {number} width @param {number} margin */
  function labelled(block, width, margin) {
    const { group } = block;
    const { x, anchor, room } = above(width) ? over(block, width) : beside(block, width, margin);
    const middle = above(width) ? block.y - 5 : block.y + block.height / 2;
    const name = cut(group.label, room, true);
    const sign = anchor === "end" ? -6 : 6;
    const half = anchor === "middle" ? (widthOf(name, true) * small) / 2 : 0;
    const text = { x: x + 2.6 * sign, "text-anchor": anchor, "aria-hidden": "true" };
    const figures = counted(group.relations, "relation");
    return [
      drawing("path", { class: `health ${status(group.health)}`, d: shapes[status(group.health)], transform: `translate(${x + sign - half},${middle - 5})` }),
      drawing("text", { ...text, y: middle - 1, class: above(width) ? "band-label small" : "band-label" }, name),
      !above(width) && widthOf(figures, true) < room && drawing("text", { ...text, y: middle + 13, class: "band-figures" }, figures),
    ];
  }

  /** @param {any} block @param {number} width @param {number} margin */
  function drawnGroup(block, width, margin) {
    const { group } = block;
    const name = `${group.label}: ${counted(group.relations, "relation")}, ${counted(group.columns, "column")}, ${words(group.health)}`;
    return drawing("g", { class: `band-group ${group.side}`, role: "button", tabindex: "0", "aria-pressed": "false", "data-key": group.key },
      // Its name for screen readers, too: an aria-label would have to repeat what is written, which may be cut.
      drawing("title", {}, name),
      // What can be pointed at is larger than what is seen.
      drawing("rect", { class: "band-reach", x: block.x - 10, y: block.y - 6, width: block.width + 20, height: block.height + 12 }),
      drawing("rect", { class: "band-node", x: block.x, y: block.y, width: block.width, height: block.height, rx: 2 }),
      ...labelled(block, width, margin));
  }

  /** @param {any} one */
  function drawnBand(one) {
    const figures = ["columns", "rows", "queries"].filter((name) => one.band[name]).map((name) => counted(one.band[name], { columns: "column", rows: "row", queries: "query" }[name] ?? name));
    const name = `${one.from.group.label} → ${one.to.group.label}: ${figures.join(", ")}`;
    return drawing("path", { class: `band ${one.from.group.side}-${one.to.group.side}`, d: one.path }, drawing("title", {}, name));
  }

  /** @param {any[]} blocks @param {number} width */
  function headings(blocks, width) {
    const firsts = new Map(blocks.map((block) => [block.group.side, block]));
    return [...firsts.values()].map((block) => {
      const { x, width: wide, group } = block;
      const inner = group.side === "source" ? x + wide : x;
      const outer = group.side === "source" ? x : x + wide;
      const at = group.side === "subject" ? x + wide / 2 : above(width) ? outer : inner;
      const anchor = group.side === "subject" ? "middle" : (group.side === "source") === above(width) ? "start" : "end";
      return drawing("text", { x: at, y: 14 - headroom, "text-anchor": anchor, class: "band-heading" }, titles[group.side]);
    });
  }

  /** A band changes its colour from the side it comes from to the side it goes into. @param {string} from @param {string} to */
  const blend = (from, to) => drawing("linearGradient", { id: `band-${from}-${to}` },
    drawing("stop", { offset: "0", class: `stop-${from}` }), drawing("stop", { offset: "1", class: `stop-${to}` }));

  /**
   * The margin that the labels of the outer columns need; next to none where the screen is narrow.
   * @param {{groups: any[]}} front
   * @param {number} width
   */
  function marginFor(front, width) {
    if (above(width)) return 6;
    const outer = front.groups.filter((group) => group.side !== "subject").map((group) => widthOf(group.label, true));
    return Math.min(230, Math.max(120, Math.max(...outer, 0) + 44));
  }

  /**
   * @param {{blocks: any[], ribbons: any[], height: number}} layout
   * @param {number} width
   * @param {number} margin
   * @returns {DrawnBands}
   */
  function draw(layout, width, margin) {
    const bands = layout.ribbons.map((one) => ({ band: one.band, path: drawnBand(one) }));
    const groups = new Map(layout.blocks.map((block) => [block.group.key, drawnGroup(block, width, margin)]));
    const height = layout.height + headroom + footroom;
    const svg = drawing("svg", { class: "bands", viewBox: `0 ${-headroom} ${width} ${height}`, width, height, role: "group", "aria-label": "What flows from sources through the warehouse into uses" },
      drawing("defs", {}, blend("source", "subject"), blend("subject", "use"), blend("source", "use")),
      ...headings(layout.blocks, width),
      drawing("g", { "aria-hidden": "true" }, ...bands.map((one) => one.path)),
      ...groups.values());
    return { svg, groups, bands };
  }

  return { draw, marginFor, above, words };
})();
