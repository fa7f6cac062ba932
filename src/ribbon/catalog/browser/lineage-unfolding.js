"use strict";
/** How much of a lineage is opened without being asked for, and loading what that takes. */
ribbon.lineageUnfolding = (() => {
  /** Up to so much can be taken in at a glance. */
  const glance = { boxes: 16, columns: 20 };

  /** @param {any} sight */
  function clear(sight) {
    const columns = [...sight.boxes.values()].reduce((sum, box) => sum + box.columns.size, 0);
    return sight.boxes.size <= glance.boxes && columns <= glance.columns;
  }

  /**
   * What is opened, after loading what is not known yet: only a relation's own file says how it goes on.
   * @param {any} graph
   * @param {number} limit boxes
   * @param {boolean} rows whether what decides rows is seen too
   */
  async function seen(graph, limit, rows) {
    const boxes = [...graph.sight(limit, rows).boxes.values()];
    await Promise.all(boxes.map((box) => graph.need(box.relation)));
    return graph.sight(limit, rows);
  }

  /**
   * Opens what lies behind each step as long as it stays clear, one direction after the other.
   * @param {any} graph
   * @param {number} limit
   * @param {boolean} rows
   * @param {() => boolean} wanted asked after each step
   */
  async function unfold(graph, limit, rows, wanted) {
    let sight = await seen(graph, limit, rows);
    for (const direction of /** @type {const} */ (["up", "down"])) {
      while (wanted() && sight.ends[direction].size && clear(sight)) {
        const opened = [...sight.ends[direction]];
        graph.open(direction, opened);
        const next = await seen(graph, limit, rows);
        // Somebody who starts elsewhere meanwhile has opened something else.
        if (!wanted()) return;
        if (clear(next)) sight = next;
        else {
          graph.close(direction, opened);
          break;
        }
      }
    }
  }

  return { seen, unfold };
})();
