"use strict";
/**
 * Search over text: descriptions, promises, SQL. It lies in shards, which are loaded one after the other as long as
 * results are wanted; a shard that was read stays in memory.
 * @typedef {{kind: string, title: string, note: string, marks: [number, number][], href: string}} Passage
 * @typedef {{slug: string, label: string, layer: string, passages: [string, string, string][], lower: string}} Entry
 */
ribbon.searchText = (() => {
  /** Characters of a snippet before the first match, and in all. */
  const [before, width] = [40, 150];
  /** Loading a few at a time hides the time that the disk or the net takes. */
  const ahead = 4;

  /** @param {any[][]} relations @returns {Entry[]} */
  function entries(relations) {
    return relations.map(([slug, label, layer, passages]) => {
      const text = passages.map((/** @type {string[]} */ passage) => passage[2]).join("\n");
      return { slug, label, layer, passages, lower: `${label}\n${text}`.toLowerCase() };
    });
  }

  /**
   * The part of a text that shows the words, and where they are in it.
   * @param {string} text
   * @param {string[]} words in lower case
   * @returns {{note: string, marks: [number, number][]}}
   */
  function snippet(text, words) {
    const flat = text.replace(/\s+/g, " ");
    const lower = flat.toLowerCase();
    const found = words.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
    const start = Math.max(0, Math.min(...found) - before);
    const [head, tail] = [start > 0 ? "…" : "", start + width < flat.length ? "…" : ""];
    const marks = /** @type {[number, number][]} */ ([]);
    for (const word of words) {
      const at = lower.indexOf(word, start);
      if (at >= 0 && at + word.length <= start + width) marks.push([at - start + head.length, word.length]);
    }
    return { note: head + flat.slice(start, start + width) + tail, marks };
  }

  /** @param {Entry} entry @param {string[]} words @returns {Passage} */
  function passage(entry, words) {
    const held = (/** @type {string[]} */ one) => words.filter((word) => one[2].toLowerCase().includes(word)).length;
    let best = entry.passages[0];
    for (const one of entry.passages) if (held(one) > held(best)) best = one;
    const [kind, anchor, text] = best;
    const href = entry.slug.includes("/")
      ? ribbon.root + entry.slug + (anchor && `#${encodeURIComponent(anchor)}`)
      : ribbon.address(entry.slug, anchor) + (kind === "sql" ? "#sql" : "");
    return { kind, title: anchor ? `${entry.label}.${anchor}` : entry.label, href, ...snippet(text, words) };
  }

  /**
   * @param {string[]} shards
   * @returns {(query: string, enough: number, wanted: () => boolean, found: (hits: Passage[]) => void) => Promise<number>}
   */
  return function index(shards) {
    /** @type {Map<string, Promise<Entry[]>>} */
    const read = new Map();
    /** @param {string} shard */
    function shardEntries(shard) {
      let promise = read.get(shard);
      if (!promise) {
        // Only what is kept here is needed afterwards; a shard that is missing holds nothing.
        promise = ribbon.load(`search/text-${shard}.js`).then((data) => entries(data.relations), () => []);
        read.set(shard, promise);
      }
      return promise;
    }

    /** Tells what it finds as it goes, and gives how many; ends early when `wanted` says no. */
    return async function search(query, enough, wanted, found) {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (let at = 0; words.length && at < shards.length && count < enough; at += 1) {
        for (const next of shards.slice(at, at + ahead)) shardEntries(next);
        const rows = await shardEntries(shards[at]);
        if (!wanted()) return count;
        const matches = rows.filter((row) => row.passages.length && words.every((word) => row.lower.includes(word)));
        const hits = matches.slice(0, enough - count).map((row) => passage(row, words));
        count += hits.length;
        if (hits.length) found(hits);
      }
      return count;
    };
  };
})();
