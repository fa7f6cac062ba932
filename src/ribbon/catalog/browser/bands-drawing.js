"use strict";
/**
 * The ribbon as SVG. What a group or band looks like when narrowed is left to drawn.css and the classes `near`, `far`.
 * @typedef {{svg: SVGSVGElement, groups: Map<string, SVGGElement>, bands: {band: any, path: SVGPathElement}[]}} DrawnBands
 */
ribbon.bandsDrawing = (() => {
  const { drawing, counted } = ribbon;
  const titles = /** @type {Record<string, string>} */ ({ source: "Sources", subject: "Warehouse", use: "Uses" });
  /** Shape and colour say the same, for those who do not see one of them. */
  const shapes = /** @type {Record<string, string>} */ ({
    pass: "M-5,0A5,5 0 1,0 5,0A5,5 0 1,0 -5,0Z",
    warn: "M0,-5.5L6,5L-6,5Z",
    fail: "M-5,-5H5V5H-5Z",
    never: "M-4,0A4,4 0 1,0 4,0A4,4 0 1,0 -4,0Z",
  });
  /** For the headings above, and for the second line of the lowest label. */
  const [headroom, footroom] = [30, 14];
  const letter = 7.8;
  /** A margin up to this holds no labels. */
  const narrow = 60;

  /** The worst of it, as `Health.status` of the views. @param {Record<string, number>} health */
  function status(health) {
    if (health.failing || health.broken) return "fail";
    if (health.warning || health.late) return "warn";
    return health.passing ? "pass" : "never";
  }

  /** Health in words. @param {Record<string, number>} health */
  function words(health) {
    const parts = [
      [health.failing, `${counted(health.failing, "promise")} broken`],
      [health.broken, `${counted(health.broken, "build")} failed`],
      [health.warning, counted(health.warning, "warning")],
      [health.late, `${health.late} late`],
    ].filter(([count]) => count).map(([, text]) => text);
    if (parts.length) return parts.join(", ");
    return health.passing ? `${counted(health.passing, "promise")} kept` : "never measured";
  }

  /** @param {string} text @param {number} room in pixels */
  function cut(text, room) {
    const letters = Math.max(4, Math.floor(room / letter));
    return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
  }

  /**
   * Where the label of a block stands: in the margin beside the outer columns; on a narrow screen inside, over the bands.
   * @param {any} block
   * @param {number} width
   * @param {number} margin
   */
  function place(block, width, margin) {
    const { x, width: wide, group } = block;
    const inner = (width - 2 * margin) / 2;
    if (group.side === "source" && margin > narrow) return { x: x - 10, anchor: "end", room: margin - 34 };
    if (group.side === "source") return { x: x + wide + 8, anchor: "start", room: inner - 90 };
    if (group.side === "use" && margin <= narrow) return { x: x - 8, anchor: "end", room: inner - 90 };
    if (group.side === "subject" && margin <= narrow) return { x: x + wide / 2 - 8, anchor: "middle", room: 96 };
    return { x: x + wide + 10, anchor: "start", room: group.side === "use" ? margin - 34 : inner - 60 };
  }

  /** @param {any} block @param {number} width @param {number} margin */
  function labelled(block, width, margin) {
    const { group } = block;
    const { x, anchor, room } = place(block, width, margin);
    const middle = block.y + block.height / 2;
    const name = cut(group.label, room);
    const sign = anchor === "end" ? -6 : 6;
    const half = anchor === "middle" ? (name.length * letter) / 2 : 0;
    const text = { x: x + 2.6 * sign, "text-anchor": anchor, "aria-hidden": "true" };
    const figures = counted(group.relations, "relation");
    return [
      drawing("path", { class: `health ${status(group.health)}`, d: shapes[status(group.health)], transform: `translate(${x + sign - half},${middle - 5})` }),
      drawing("text", { ...text, y: middle - 1, class: "band-label" }, name),
      figures.length * 6.6 < room && drawing("text", { ...text, y: middle + 13, class: "band-figures" }, figures),
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

  /** @param {any[]} blocks @param {number} margin */
  function headings(blocks, margin) {
    const firsts = new Map(blocks.map((block) => [block.group.side, block]));
    return [...firsts.values()].map((block) => {
      const { x, width: wide, group } = block;
      const roomy = margin > narrow;
      const at = group.side === "source" ? (roomy ? x + wide : x) : group.side === "use" ? (roomy ? x : x + wide) : x + wide / 2;
      const ends = /** @type {Record<string, string>} */ ({ source: roomy ? "end" : "start", use: roomy ? "start" : "end" });
      const anchor = ends[group.side] ?? "middle";
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
    if (width < 760) return 6;
    const outer = front.groups.filter((group) => group.side !== "subject").map((group) => group.label.length);
    return Math.min(230, Math.max(120, Math.max(...outer, 0) * letter + 44));
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
      ...headings(layout.blocks, margin),
      drawing("g", { "aria-hidden": "true" }, ...bands.map((one) => one.path)),
      ...groups.values());
    return { svg, groups, bands };
  }

  return { draw, marginFor, words };
})();
