"use strict";
/**
 * The search dialog: names at once, then text as it is read. Opened by `/`, Ctrl+K, or a field with `data-search`.
 * A combobox with a listbox: the field keeps the focus, the arrow keys move through the results.
 */
(() => {
  const { element } = ribbon;
  /** Shorter queries would match nearly every text. */
  const shortestText = 2;
  /** Kinds of results with how many of each are shown beside the others; alone, a kind shows more. */
  const kinds = /** @type {Record<string, number>} */ ({ Relations: 8, Columns: 8, Pages: 6, Text: 30 });
  const alone = 150;

  const field = element("input", {
    type: "search",
    role: "combobox",
    "aria-label": "Search names, descriptions, promises and SQL",
    "aria-expanded": "false",
    "aria-controls": "search-results",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Search names, descriptions, promises, SQL",
  });
  const results = element("div", { id: "search-results", role: "listbox", "aria-label": "Results" });
  const status = element("p", { role: "status", class: "search-status" });
  const close = element("button", { type: "button", class: "search-close", "aria-label": "Esc: close the search" }, "Esc");
  /** The kind that is wanted; "" for all. */
  let only = "";
  const choice = element("fieldset", { class: "search-kinds" }, element("legend", { class: "hidden" }, "Show"),
    ...["", ...Object.keys(kinds)].map((kind) => element("label", {},
      element("input", { type: "radio", name: "search-kind", value: kind, checked: kind === "" ? "" : null, change: () => narrow(kind) }), kind || "All")));
  const dialog = element("dialog", { class: "search-dialog", "aria-label": "Search" },
    element("div", { class: "search-head" }, field, close), choice, results, status);

  /** @type {Promise<{names: Function, text: Function}> | undefined} */
  let index;
  /** Counts queries, so that a result of an older one is dropped. */
  let turn = 0;
  let active = -1;

  /** Loads what names need; once. */
  function ready() {
    index ??= Promise.all([ribbon.load("search/names.js"), ribbon.library("vendor/ufuzzy.min.js")]).then(
      ([names]) => ({ names: ribbon.searchNames(names), text: ribbon.searchText(names.shards) }),
      (error) => {
        index = undefined;
        status.textContent = `The search index is missing: ${error.message}.`;
        throw error;
      },
    );
    return index;
  }

  const options = () => /** @type {HTMLAnchorElement[]} */ ([...results.querySelectorAll("[role=option]")]);

  /** @param {number} to */
  function activate(to) {
    const all = options();
    all[active]?.setAttribute("aria-selected", "false");
    active = all.length ? (to + all.length) % all.length : -1;
    all[active]?.setAttribute("aria-selected", "true");
    all[active]?.scrollIntoView({ block: "nearest" });
    if (active < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", all[active].id);
  }

  /**
   * A text with what matches in it marked.
   * @param {string} text
   * @param {[number, number][]} marks start and length
   */
  function marked(text, marks) {
    const line = element("span", {});
    let at = 0;
    for (const [start, length] of [...marks].sort((a, b) => a[0] - b[0])) {
      if (start < at) continue;
      line.append(text.slice(at, start), element("mark", {}, text.slice(start, start + length)));
      at = start + length;
    }
    line.append(text.slice(at));
    return line;
  }

  /**
   * @param {string} text
   * @param {string} query
   * @returns {[number, number][]}
   */
  function marksOf(text, query) {
    const lower = text.toLowerCase();
    const words = query.toLowerCase().split(/[\s._]+/).filter(Boolean);
    return words.map((word) => /** @type {[number, number]} */ ([lower.lastIndexOf(word), word.length])).filter(([at]) => at >= 0);
  }

  /**
   * @param {string} title of the group
   * @param {any[]} hits
   * @param {string} query
   * @param {number} [total] how many there are, if more than these
   */
  function show(title, hits, query, total = 0) {
    if (!hits.length) return;
    const heading = total > hits.length ? `${title} · the best ${hits.length} of ${total.toLocaleString("en")}` : title;
    const id = `search-${title.toLowerCase()}`;
    let group = results.querySelector(`[aria-labelledby="${id}"]`);
    if (!group) {
      group = element("div", { role: "group", "aria-labelledby": id },
        element("div", { id, class: "search-group", role: "presentation" }, heading));
      results.append(group);
    }
    for (const hit of hits) {
      const note = hit.marks ? marked(hit.note, hit.marks) : hit.note;
      group.append(element("a", { role: "option", id: `search-option-${options().length}`, "aria-selected": "false",
        href: hit.href, tabindex: "-1", class: "search-hit" },
        element("span", { class: "search-kind" }, hit.kind),
        element("span", { class: "search-title" }, marked(hit.title, marksOf(hit.title, query))),
        element("span", { class: "search-note" }, note)));
    }
    field.setAttribute("aria-expanded", "true");
    if (active < 0) activate(0);
  }

  function clear() {
    results.replaceChildren();
    status.textContent = "";
    field.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  async function search() {
    const query = field.value.trim();
    const mine = (turn += 1);
    const current = () => mine === turn;
    const { names, text } = await ready();
    if (!current()) return;
    clear();
    if (!query) return;
    const found = names(query, alone);
    for (const [kind, most] of Object.entries(kinds)) {
      if (kind === "Text" || (only && only !== kind)) continue;
      const { hits, total } = found[kind.toLowerCase()];
      show(kind, only ? hits : hits.slice(0, most), query, total);
    }
    if (query.length >= shortestText && (!only || only === "Text")) {
      status.textContent = "Reading texts …";
      await text(query, only ? alone : kinds.Text, current, (/** @type {any[]} */ hits) => show("Text", hits, query));
      if (!current()) return;
    }
    const count = options().length;
    status.textContent = count ? `${ribbon.counted(count, "result")}. Arrow keys move, Enter opens.` : `Nothing holds “${query}”.`;
  }

  /** Shows one kind of results, and more of it. @param {string} kind "" for all */
  function narrow(kind) {
    only = kind;
    search().catch(() => undefined);
  }

  /** @param {string} [query] */
  function open(query) {
    if (!dialog.isConnected) document.body.append(dialog);
    if (!dialog.open) dialog.showModal();
    if (query !== undefined) field.value = query;
    field.select();
    search().catch(() => undefined);
  }

  /** Follows a result; one on this very page only moves, so the dialog has to go. */
  function follow() {
    const chosen = options()[active];
    if (!chosen) return;
    chosen.click();
  }

  results.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (plain && event.target instanceof Element && event.target.closest("a")) dialog.close();
  });
  close.addEventListener("click", () => dialog.close());
  // Whoever chose a kind with a pointer goes on typing; with keys, arrows choose the next kind.
  choice.addEventListener("click", (event) => {
    if (event.detail) field.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  field.addEventListener("input", () => search().catch(() => undefined));
  field.addEventListener("keydown", (event) => {
    const moves = /** @type {Record<string, () => void>} */ ({
      ArrowDown: () => activate(active + 1),
      ArrowUp: () => activate(active < 0 ? -1 : active - 1),
      Enter: follow,
      // A search field first empties itself on Escape; here it closes at once.
      Escape: () => dialog.close(),
    });
    const move = moves[event.key];
    if (!move || event.isComposing) return;
    event.preventDefault();
    move();
  });

  document.addEventListener("keydown", (event) => {
    const writing = event.target instanceof HTMLElement && (event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName));
    const slash = event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const control = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!slash && !control) return;
    event.preventDefault();
    open();
  });
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-search]"))) {
    // Focus by tabbing stays in the field; typing there, a click or Enter opens.
    input.addEventListener("click", () => open(input.value || undefined));
    input.addEventListener("input", () => {
      open(input.value);
      field.setSelectionRange(field.value.length, field.value.length);
      input.value = "";
    });
    input.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      open(input.value || undefined);
    });
  }
})();
