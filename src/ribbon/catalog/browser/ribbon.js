"use strict";
/**
 * What the other scripts share: how data arrives, and how elements are made.
 * `file://` forbids fetch, so data comes as scripts that call `ribbon.receive`.
 */
const ribbon = (() => {
  const page = document.documentElement;
  /** The way from this page to the root of the site: "" or "../". */
  const root = page.dataset.root ?? "";
  const version = page.dataset.version ?? "";

  /** @type {Map<string, Promise<any>>} */
  const asked = new Map();
  /** What a script handed over while it ran. @type {WeakMap<Element, any>} */
  const handedOver = new WeakMap();

  /**
   * Called by a data script as its only statement.
   * @param {string} kind names, text or relation
   * @param {any} data
   */
  function receive(kind, data) {
    if (document.currentScript) handedOver.set(document.currentScript, { kind, data });
  }

  /**
   * Runs a script of the site, each address once, and gives what it handed over (null for a library).
   * A script that cannot be had is asked for again the next time.
   * @param {string} path from the root of the site
   * @returns {Promise<any>}
   */
  function load(path) {
    const known = asked.get(path);
    if (known) return known;
    const promise = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + path;
      script.onload = () => resolve(handedOver.get(script)?.data ?? null);
      script.onerror = () => {
        asked.delete(path);
        reject(new Error(`${path} cannot be read`));
      };
      document.head.append(script);
    });
    asked.set(path, promise);
    return promise;
  }

  /**
   * A library of the site; its address changes with the version of the assets.
   * @param {string} file inside assets/
   */
  const library = (file) => load(`assets/${file}${version && `?v=${encodeURIComponent(version)}`}`);

  /**
   * The JSON that stands inside the page, or null.
   * @param {string} id
   */
  function inside(id) {
    const script = document.getElementById(id);
    return script ? JSON.parse(script.textContent ?? "null") : null;
  }

  /**
   * Fills a new element. Text is set as text, so nothing from data is ever read as markup.
   * @template {Element} E
   * @param {E} element
   * @param {Record<string, any>} attributes false and null leave one out; a function listens to the event of that name
   * @param {(Node | string | null | false | undefined)[]} children
   * @returns {E}
   */
  function filled(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
    }
    for (const child of children) if (child || child === "") element.append(child);
    return element;
  }

  /**
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} tag
   * @param {Record<string, any>} [attributes]
   * @param {...(Node | string | null | false | undefined)} children
   */
  const element = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

  /**
   * @template {keyof SVGElementTagNameMap} T
   * @param {T} tag
   * @param {Record<string, any>} [attributes]
   * @param {...(Node | string | null | false | undefined)} children
   */
  const drawing = (tag, attributes = {}, ...children) =>
    filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

  /**
   * The address of a relation's page, or of one of its columns there.
   * @param {string} slug
   * @param {string} [column]
   */
  function address(slug, column) {
    const anchor = column ? `#column-${encodeURIComponent(column.replace(/\s/g, "_"))}` : "";
    return `${root}relation/${encodeURIComponent(slug)}.html${anchor}`;
  }

  /**
   * "1 column", "12 columns", "1.5 M rows".
   * @param {number} count
   * @param {string} noun in the singular
   */
  function counted(count, noun) {
    const figure = count < 10000 ? count.toLocaleString("en") : new Intl.NumberFormat("en", { notation: "compact" }).format(count);
    const plural = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
    return `${figure} ${count === 1 ? noun : plural}`;
  }

  /** How something stands, as a drawn path around 0,0: shape and colour say the same, for those who do not see one of them. */
  const shapes = /** @type {Record<string, string>} */ ({
    pass: "M-5,0A5,5 0 1,0 5,0A5,5 0 1,0 -5,0Z",
    warn: "M0,-5.5L6,5L-6,5Z",
    fail: "M0,-6.5L6.5,0L0,6.5L-6.5,0Z",
    never: "M-4,0A4,4 0 1,0 4,0A4,4 0 1,0 -4,0Z",
  });

  /**
   * What stands behind the # of the address, as names and values.
   * @returns {URLSearchParams}
   */
  const hash = () => new URLSearchParams(location.hash.slice(1).replace(/\+/g, "%2B"));

  page.classList.add("scripted");
  const shared = { root, receive, load, library, inside, element, drawing, address, counted, shapes, hash };
  // The other scripts add what they offer to each other.
  return /** @type {typeof shared & Record<string, any>} */ (shared);
})();
