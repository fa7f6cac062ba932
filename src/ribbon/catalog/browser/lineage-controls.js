"use strict";
/** The buttons above a lineage, what they say of it, and what its signs mean. What they do is up to lineage.js. */
ribbon.lineageControls = (() => {
  const { element, counted } = ribbon;
  const meanings = ["copied", "= renamed", "ƒ computed", "Σ aggregated", "dotted: only decides which rows there are"];

  /** @param {string} text @param {() => void} act @param {string} [label] holds the text, for those who speak to their computer */
  const button = (text, act, label) =>
    element("button", { type: "button", click: act, "aria-label": label ?? null, title: label ?? null }, text);

  /** @param {...Node} children */
  const group = (...children) => element("span", { class: "lineage-group" }, ...children);

  /**
   * @param {{further: (direction: string) => void, all: (direction: string) => void, rows: (wanted: boolean) => void,
   *   more: () => void, zoom: (factor: number) => void, fit: () => void, full: () => void}} acts
   */
  return function controls(acts) {
    const ways = {
      up: [button("⇤ all", () => acts.all("up"), "All the way up"), button("← one step", () => acts.further("up"), "One step further up")],
      down: [button("one step →", () => acts.further("down"), "One step further down"), button("all ⇥", () => acts.all("down"), "All the way down")],
    };
    const rows = element("input", { type: "checkbox", change: () => acts.rows(rows.checked) });
    const more = button("More boxes", acts.more);
    const said = element("p", { role: "status", class: "lineage-said" });
    const bar = element("div", { class: "lineage-controls", role: "group", "aria-label": "Lineage" },
      group(...ways.up), group(...ways.down), element("label", {}, rows, "what decides rows"),
      group(button("−", () => acts.zoom(0.8), "Smaller"), button("+", () => acts.zoom(1.25), "Larger"), button("Fit", acts.fit)),
      button("Full screen", acts.full), more, said);

    /** @param {any} sight what is drawn */
    function tell(sight) {
      const left = sight.over.size ? `, ${sight.over.size} more are left out` : "";
      const uses = [...sight.boxes.values()].filter((box) => box.relation.layer === "use").length;
      said.textContent = `${counted(sight.boxes.size - uses, "relation")}${uses ? ` and ${counted(uses, "use")}` : ""} shown${left}.`;
      more.hidden = sight.over.size === 0;
      // Between whole relations there is one kind of edge.
      legend.hidden = ![...sight.edges.values()].some((edge) => edge.kind !== "reads");
      for (const direction of /** @type {const} */ (["up", "down"])) {
        // Not `disabled`: the button that was just pressed would lose the focus.
        for (const one of ways[direction]) one.setAttribute("aria-disabled", String(sight.ends[direction].size === 0));
      }
    }

    const legend = element("p", { class: "lineage-legend" }, ...meanings.map((text) => element("span", {}, text)));
    return { bar, legend, said, tell };
  };
})();
