"use strict";
/**
 * Where the signs of edges stand: on their curve, where no other sign is. One for which there is no room is left out; the
 * pattern of the line and the words below tell the same.
 * @typedef {{edge: any, path: string, curves: number[][][]}} Way curves: the four points of each, as numbers along x and y
 * @typedef {{text: string, x: number, y: number, wide: number}} Sign
 */
ribbon.lineageSigns = (() => {
  const names = /** @type {Record<string, string>} */ ({
    renamed: "=", computed: "ƒ", aggregated: "Σ", "filtered by": "filter", "joined on": "join", "grouped by": "group", "limited by": "limit",
  });
  const height = 17;
  /** Where a sign may stand on its curve. Edges that meet at one end have parted at the other, so it begins there. */
  const tries = { middle: [0.5, 0.42, 0.6, 0.3, 0.72, 0.2, 0.82, 0.12, 0.9], start: [0.16, 0.1, 0.24, 0.34, 0.5], end: [0.84, 0.9, 0.76, 0.66, 0.5] };

  /** A point of a curve. @param {number[]} ends the numbers of its four points along one axis @param {number} t from 0 to 1 */
  const along = ([a, b, c, d], t) => (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;

  /** @param {Way} way @param {number} t @param {number} wide */
  function spot(way, t, wide) {
    // The end that is nearer decides which of several curves it is.
    const [xs, ys] = way.curves[t < 0.5 ? 0 : way.curves.length - 1];
    const half = wide / 2 + 3;
    // A long sign must not reach under a box, nor over the arrow.
    return { x: Math.min(Math.max(along(xs, t), xs[0] + half), xs[3] - half - 4), y: along(ys, t) };
  }

  /** How many edges begin or end at each place. @param {Way[]} ways @param {"from" | "to"} end */
  function crowds(ways, end) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { edge } of ways) counts.set(edge[end], (counts.get(edge[end]) ?? 0) + 1);
    return counts;
  }

  /** @param {Way} way @param {number[]} order @param {Sign[]} taken @returns {Sign | null} */
  function signed(way, order, taken) {
    const text = way.edge.kind.split(" and ").map((/** @type {string} */ kind) => names[kind]).filter(Boolean).join(", ");
    if (!text) return null;
    const wide = text.length * 6 + 9;
    for (const t of order) {
      const { x, y } = spot(way, t, wide);
      if (taken.some((other) => Math.abs(other.y - y) < height && Math.abs(other.x - x) < (other.wide + wide) / 2)) continue;
      const sign = { text, x, y, wide };
      taken.push(sign);
      return sign;
    }
    return null;
  }

  /** @param {Way[]} ways @returns {(Way & {sign: Sign | null})[]} */
  return function place(ways) {
    /** @type {Sign[]} */
    const taken = [];
    const [starts, ends] = [crowds(ways, "from"), crowds(ways, "to")];
    return ways.map((way) => {
      const more = (starts.get(way.edge.from) ?? 0) - (ends.get(way.edge.to) ?? 0);
      return { ...way, sign: signed(way, more > 0 ? tries.end : more < 0 ? tries.start : tries.middle, taken) };
    });
  };
})();
