"use strict";
/** From one column or edge of what is seen: its edges, where the arrow keys lead, what is to be said of it. */
ribbon.lineageWalking = (() => {
  const { element } = ribbon;
  const told = 12;

  /** @param {any} sight @returns {any[]} */
  const edgesOf = (sight) => [...sight.edges.values()];

  /** The edges of a column, or an edge alone. @param {any} sight @param {string} item key of a column or id of an edge */
  function edgesAt(sight, item) {
    const edge = sight.edges.get(item);
    return edge ? [edge] : edgesOf(sight).filter((one) => one.from === item || one.to === item);
  }

  /** @param {any} sight @param {string[]} columns @param {any} edge @param {string} key */
  function fromEdge(sight, columns, edge, key) {
    if (key === "ArrowLeft") return edge.from;
    if (key === "ArrowRight") return columns.includes(edge.to) ? edge.to : undefined;
    const beside = edgesOf(sight).filter((one) => one.to === edge.to || one.from === edge.from);
    const at = beside.indexOf(edge) + (key === "ArrowDown" ? 1 : -1);
    return beside[(at + beside.length) % beside.length].id;
  }

  /**
   * Where an arrow key leads: from a column sideways onto an edge, from the edge to the column at its end.
   * @param {any} sight
   * @param {string[]} columns keys, box by box
   * @param {string} item
   * @param {string} key
   * @returns {string | undefined}
   */
  function next(sight, columns, item, key) {
    const edge = sight.edges.get(item);
    if (edge) return fromEdge(sight, columns, edge, key);
    if (key === "ArrowLeft") return edgesAt(sight, item).find((one) => one.to === item)?.id;
    if (key === "ArrowRight") return edgesAt(sight, item).find((one) => one.from === item)?.id;
    return columns[columns.indexOf(item) + (key === "ArrowDown" ? 1 : -1)];
  }

  /** @param {any} relation @param {any} column @param {string[]} standing */
  function title(relation, column, standing) {
    if (!column.name) {
      return element("p", {}, relation.slug ? element("a", { href: ribbon.address(relation.slug) }, relation.label) : relation.label, standing.length > 0 && ` · ${standing[1]}`);
    }
    const name = `${relation.label}.${column.name}`;
    const made = column.expression && column.kind !== "copied" && element("code", {}, column.expression);
    return element("p", {}, relation.slug ? element("a", { href: ribbon.address(relation.slug, column.name) }, name) : name,
      column.kind && ` · ${column.kind}`, made);
  }

  /**
   * What is said of a column or an edge, with the expressions.
   * @param {any} sight
   * @param {{boxes: any[]}} layout
   * @param {any} column as the graph knows it, if it does
   * @param {string} item
   * @param {(id: string) => string[]} standing of a relation: a status and words
   * @returns {HTMLElement[]}
   */
  function explained(sight, layout, column, item, standing) {
    const boxes = new Map(layout.boxes.map((box) => [box.id, box]));
    const edges = edgesAt(sight, item);
    const lines = edges.slice(0, told).map((edge) => {
      const plain = ribbon.lineageDrawing.sentence({ ...edge, expressions: [] }, boxes);
      return element("li", {}, plain, ...edge.expressions.map((/** @type {string} */ sql) => element("code", {}, sql)));
    });
    if (edges.length > told) lines.push(element("li", {}, `and ${edges.length - told} more`));
    const box = boxes.get(item.split("\n")[0]);
    const steps = lines.length ? element("ul", {}, ...lines) : element("p", {}, "No further step is known.");
    return column && box ? [title(box.relation, column, standing(box.id)), steps] : [steps];
  }

  return { edgesAt, next, explained };
})();
