"use strict";
/**
 * What of the lineage is to be seen from one column: which relations, which of their columns, which edges. No drawing.
 * A key is a relation's id, a line feed, and a column in lower case: relations spell one column in their own ways. The
 * key without a column is the relation as a whole: its steps are the relations that it reads and that read it.
 * @typedef {{id: string, label: string, layer: string, slug: string}} Relation
 * @typedef {{relation: Relation, column: string, kind: string, expressions: string[]}} Step
 * @typedef {{relation: Relation, column: string, role: string, expression: string}} Decision
 * @typedef {{name: string, kind: string, expression: string, up: Step[], down: Step[], decides: Decision[]}} Column
 * @typedef {{relation: Relation, standing: string[], columns: Map<string, Column>, rows: Decision[]}} Known standing: a status and words
 * @typedef {{relation: Relation, columns: Map<string, string>}} Box columns: name by key, in the order they were met
 * @typedef {{id: string, from: string, to: string, fromBox: string, toBox: string, kind: string, expressions: string[], decides: boolean}} Edge
 * @typedef {"up" | "down"} Direction
 */
ribbon.lineageGraph = (() => {
  /** @param {string} id @param {string} column */
  const keyOf = (id, column) => `${id}\n${column.toLowerCase()}`;
  /** @param {string} key */
  const idOf = (key) => key.slice(0, key.indexOf("\n"));

  /** relation/<slug>.js with names in place of positions. @param {any} data @returns {Known} */
  function read(data) {
    const { id, label, layer, slug } = data;
    /** @type {Relation[]} */
    const others = data.relations.map((/** @type {string[]} */ one) => ({ id: one[0], label: one[1], layer: one[2], slug: one[3] }));
    const step = (/** @type {any[]} */ [at, column, kind, expressions]) => ({ relation: others[at], column, kind, expressions: expressions ?? [] });
    const whole = (/** @type {number[]} */ places) => places.map((at) => step([at, "", "reads", []]));
    const columns = new Map([[keyOf(id, ""), { name: "", kind: "", expression: "", up: whole(data.reads), down: whole(data.read_by), decides: [] }]]);
    for (const [name, kind = "", expression = "", from = [], to = [], decides = []] of data.columns) {
      const decisions = decides.map((/** @type {any[]} */ [at, role, how]) => ({ relation: others[at], column: name, role, expression: how ?? "" }));
      columns.set(keyOf(id, name), { name, kind, expression, up: from.map(step), down: to.map(step), decides: decisions });
    }
    const rows = data.rows.map((/** @type {any[]} */ [at, column, role, how]) => ({ relation: others[at], column, role, expression: how ?? "" }));
    return { relation: { id, label, layer, slug }, standing: data.standing, columns, rows };
  }

  /** What is seen, as far as there is room. */
  class Sight {
    /** @param {number} limit boxes */
    constructor(limit) {
      this.limit = limit;
      /** @type {Map<string, Box>} */
      this.boxes = new Map();
      /** @type {Map<string, Edge>} */
      this.edges = new Map();
      /** Relations for which there was no room. @type {Set<string>} */
      this.over = new Set();
      /** Columns that have a further step which is not shown. @type {Record<Direction, Set<string>>} */
      this.ends = { up: new Set(), down: new Set() };
    }

    /** @param {Relation} relation */
    box(relation) {
      let box = this.boxes.get(relation.id);
      if (!box && this.boxes.size >= this.limit) this.over.add(relation.id);
      else if (!box) this.boxes.set(relation.id, (box = { relation, columns: new Map() }));
      return box;
    }

    /** Makes a column seen; false where there is no room. @param {Relation} relation @param {string} column */
    column(relation, column) {
      const box = this.box(relation);
      const key = keyOf(relation.id, column);
      if (box && !box.columns.has(key)) box.columns.set(key, column);
      return Boolean(box);
    }

    /** A column may decide the same rows in several ways: that is one edge. @param {string} from a key @param {string} to a key, or a relation's id @param {string} kind @param {string[]} expressions */
    edge(from, to, kind, expressions) {
      const decides = !to.includes("\n");
      const id = `${from}\n>${to}`;
      const before = this.edges.get(id);
      if (before && !before.kind.split(" and ").includes(kind)) kind = `${before.kind} and ${kind}`;
      if (before) expressions = [...new Set([...before.expressions, ...expressions])];
      this.edges.set(id, { id, from, to, fromBox: idOf(from), toBox: decides ? to : idOf(to), kind, expressions, decides });
    }
  }

  class Lineage {
    /** @param {any} home the data of the page's own relation */
    constructor(home) {
      const first = read(home);
      this.home = first.relation;
      /** @type {Map<string, Known>} */
      this.known = new Map([[first.relation.id, first]]);
      this.start = "";
      /** Columns of which the next step is shown. @type {Record<Direction, Set<string>>} */
      this.opened = { up: new Set(), down: new Set() };
    }

    /** Starts from a column anew, or from a relation as a whole. @param {string} id @param {string} column "" for the whole */
    center(id, column) {
      this.start = keyOf(id, column);
      this.opened = { up: new Set([this.start]), down: new Set([this.start]) };
    }

    /** @param {string} key @returns {Column | undefined} */
    column(key) {
      return this.known.get(idOf(key))?.columns.get(key);
    }

    /** How a relation stands: a status and words; nothing where that is not known. @param {string} id */
    standing(id) {
      return this.known.get(id)?.standing ?? [];
    }

    /** Loads what a relation's own file says. @param {Relation} relation */
    async need(relation) {
      if (this.known.has(relation.id)) return;
      // A relation outside the project, or one whose file is missing, is drawn; the way ends there.
      const path = `relation/${encodeURIComponent(relation.slug)}.js`;
      const data = relation.slug ? await ribbon.load(path).catch(() => null) : null;
      this.known.set(relation.id, data ? read(data) : { relation, standing: [], columns: new Map(), rows: [] });
    }

    /** @param {number} limit boxes @param {boolean} rows whether what decides rows is seen too */
    sight(limit, rows) {
      const sight = new Sight(limit);
      const start = this.column(this.start);
      const first = this.known.get(idOf(this.start));
      if (!start || !first) return sight;
      sight.column(first.relation, start.name);
      for (const direction of /** @type {Direction[]} */ (["up", "down"])) {
        const met = this.walk(sight, direction);
        if (rows) for (const key of met) this.decisions(sight, key, direction);
      }
      return sight;
    }

    /** @param {Sight} sight @param {Direction} direction @returns {Set<string>} the columns met */
    walk(sight, direction) {
      const met = new Set([this.start]);
      // A set is walked in the order of insertion, and what is added meanwhile is walked as well.
      for (const key of met) {
        const steps = this.column(key)?.[direction] ?? [];
        if (steps.length && !this.opened[direction].has(key)) sight.ends[direction].add(key);
        if (!this.opened[direction].has(key)) continue;
        for (const { relation, column, kind, expressions } of steps) {
          if (!sight.column(relation, column)) continue;
          const other = keyOf(relation.id, column);
          const [from, to] = direction === "up" ? [other, key] : [key, other];
          sight.edge(from, to, kind, expressions);
          met.add(other);
        }
      }
      return met;
    }

    /** What decides the rows that an opened column stands in; or whose rows it decides. @param {Sight} sight @param {string} key @param {Direction} direction */
    decisions(sight, key, direction) {
      if (!this.opened[direction].has(key)) return;
      if (direction === "down") {
        for (const { relation, role, expression } of this.column(key)?.decides ?? []) {
          if (sight.box(relation)) sight.edge(key, relation.id, role, expression ? [expression] : []);
        }
        return;
      }
      for (const { relation, column, role, expression } of this.known.get(idOf(key))?.rows ?? []) {
        if (sight.column(relation, column)) sight.edge(keyOf(relation.id, column), idOf(key), role, expression ? [expression] : []);
      }
    }

    /** Shows the next step of these columns. @param {Direction} direction @param {Iterable<string>} keys */
    open(direction, keys) {
      for (const key of keys) this.opened[direction].add(key);
    }

    /** Takes that back. @param {Direction} direction @param {Iterable<string>} keys */
    close(direction, keys) {
      for (const key of keys) this.opened[direction].delete(key);
    }
  }

  return Lineage;
})();
