"use strict";
/**
 * Search over names: relations, columns, pages. All of them are in memory once the search was opened.
 * @typedef {{kind: string, title: string, note: string, href: string}} Hit
 * @typedef {{total: number, hits: Hit[]}} Found total: how many match, of which the best are hits
 * @typedef {{relations: Found, columns: Found, pages: Found}} NameHits
 */
ribbon.searchNames = (() => {
  /** Above this many matches ranking each would be felt while typing. */
  const rankable = 1000;

  /**
   * How well a name matches, the best first: a whole part of it, the start of a part, the start of a word, anywhere,
   * only word by word.
   * @param {string} name in lower case, as the needle
   * @param {string} needle
   */
  function distance(name, needle) {
    const at = name.lastIndexOf(needle);
    if (at < 0) return 4;
    if (at === 0 || name[at - 1] === ".") return at + needle.length === name.length ? 0 : 1;
    return /[_\s-]/.test(name[at - 1]) ? 2 : 3;
  }

  /**
   * How uFuzzy orders what it found: among equals the order of the index stays, which is by how much is asked.
   * @param {any} info
   * @param {string[]} haystack
   * @param {string} needle
   */
  function sort(info, haystack, needle) {
    const far = info.idx.map((/** @type {number} */ at) => distance(haystack[at], needle));
    const words = (/** @type {number} */ rank) => info.terms[rank] + info.interLft2[rank] + 0.5 * info.interLft1[rank];
    const ranks = info.idx.map((/** @type {number} */ _, /** @type {number} */ rank) => rank);
    return ranks.sort((/** @type {number} */ a, /** @type {number} */ b) =>
      far[a] - far[b] || words(b) - words(a) || info.interIns[a] - info.interIns[b] || info.idx[a] - info.idx[b]);
  }

  const plain = { sort };
  /** Names that are not ASCII: slower, so only for queries that are not. */
  const worldly = {
    sort,
    unicode: true,
    interSplit: "[^\\p{L}\\d']+",
    intraSplit: "\\p{Ll}\\p{Lu}",
    intraBound: "\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}",
    intraChars: "[\\p{L}\\d']",
    intraContr: "'\\p{L}{1,2}\\b",
  };

  /**
   * Too many matches to rank each: only by distance.
   * @param {string[]} haystack
   * @param {number[]} matches
   * @param {string} needle
   */
  function roughly(haystack, matches, needle) {
    /** @type {number[][]} */
    const rings = [[], [], [], [], []];
    for (const at of matches) rings[distance(haystack[at], needle)].push(at);
    return rings.flat();
  }

  /**
   * Indices of the best matches. Words may come in any order.
   * @param {string[]} haystack
   * @param {string} needle in lower case
   * @param {(index: number) => boolean} [fits] a further condition
   * @returns {number[]}
   */
  function best(haystack, needle, fits) {
    const fuzzy = new uFuzzy(/^[\x00-\x7f]*$/.test(needle) ? plain : worldly);
    const [matches, info, order] = fuzzy.search(haystack, needle, 3, rankable);
    if (!matches) return [];
    const ranked = info && order ? order.map((/** @type {number} */ rank) => info.idx[rank]) : roughly(haystack, matches, needle);
    return fits ? ranked.filter(fits) : ranked;
  }

  /**
   * The index over search/names.js.
   * @param {{layers: string[], columns: string[], relations: any[][], pages: string[][]}} names
   * @returns {(query: string, most: number) => NameHits} most: of each kind
   */
  return function index(names) {
    const labels = names.relations.map((relation) => relation[0].toLowerCase());
    const titles = names.pages.map((page) => page[1].toLowerCase());
    /** The relation of each column, and its place there. @type {number[]} */
    const owners = [];
    /** @type {number[]} */
    const offsets = [];
    const columnNames = names.columns.map((name) => name.toLowerCase());
    /** Where each name of a column occurs: there are far fewer names than columns. @type {number[][]} */
    const places = names.columns.map(() => []);
    names.relations.forEach(([, , , , held], owner) => {
      held.forEach((/** @type {number} */ name, /** @type {number} */ offset) => {
        places[name].push(owners.push(owner) - 1);
        offsets.push(offset);
      });
    });

    /** `label.column` of every column; made when a query first needs it. @type {string[]} */
    let columns = [];
    function allColumns() {
      if (columns.length) return columns;
      columns = new Array(owners.length);
      places.forEach((list, name) => {
        for (const at of list) columns[at] = `${labels[owners[at]]}.${columnNames[name]}`;
      });
      return columns;
    }

    // While nobody types yet: a query of several words finds it ready.
    globalThis.requestIdleCallback?.(allColumns);

    /** Columns by their own name; where these are too few, by the name of the relation before it as well. @param {string} needle @param {number} most */
    function bestColumns(needle, most) {
      // A single letter is in nearly every column.
      if (needle.length < 2) return [];
      const found = new Set(best(columnNames, needle).flatMap((name) => places[name]));
      const words = needle.split(/[\s._]+/).filter(Boolean);
      if (found.size >= most || words.length < 2) return [...found];
      // Of `label.column` the column has to hold a word, or each column of a relation that is named like it would match.
      const inColumn = (/** @type {number} */ at) => {
        const column = columns[at].slice(labels[owners[at]].length);
        return words.some((word) => column.includes(word));
      };
      for (const at of best(allColumns(), needle, inColumn)) found.add(at);
      return [...found];
    }

    /** @param {number} at @returns {Hit} */
    const relationHit = (at) => {
      const [label, slug, layer, note] = names.relations[at];
      return { kind: names.layers[layer], title: label, note: note ?? "", href: ribbon.address(slug || label) };
    };
    /** @param {number} at @returns {Hit} */
    const columnHit = (at) => {
      const [label, slug, layer, , held] = names.relations[owners[at]];
      const column = names.columns[held[offsets[at]]];
      return { kind: names.layers[layer], title: `${label}.${column}`, note: "", href: ribbon.address(slug || label, column) };
    };
    /** @param {number} at @returns {Hit} */
    const pageHit = (at) => {
      const [kind, title, page, note] = names.pages[at];
      return { kind, title, note: note ?? "", href: ribbon.root + page };
    };

    return function search(query, most) {
      const needle = query.trim().toLowerCase();
      const found = (/** @type {number[]} */ list, /** @type {(at: number) => Hit} */ hit) => ({ total: list.length, hits: list.slice(0, most).map(hit) });
      return {
        relations: found(best(labels, needle), relationHit),
        columns: found(bestColumns(needle, most), columnHit),
        pages: found(best(titles, needle), pageHit),
      };
    };
  };
})();
