"use strict";
/** Light, dark, or as the system is. Runs before anything is painted, so that no page flashes. */
(() => {
  const key = "ribbon-theme";
  const order = ["auto", "light", "dark"];
  const page = document.documentElement;

  /** Storage can be forbidden, for a page from file:// as well: then the choice holds for this page only. */
  function remembered() {
    try {
      return localStorage.getItem(key) ?? "auto";
    } catch {
      return "auto";
    }
  }

  /** @param {string} theme */
  function remember(theme) {
    try {
      localStorage.setItem(key, theme);
    } catch {
      // It is shown all the same.
    }
  }

  /** @param {string} theme */
  function show(theme) {
    if (theme === "light" || theme === "dark") page.dataset.theme = theme;
    else delete page.dataset.theme;
  }

  /** @param {HTMLElement} button */
  function offer(button) {
    const current = () => page.dataset.theme ?? "auto";
    const name = () => {
      button.textContent = { auto: "Auto", light: "Light", dark: "Dark" }[current()] ?? "Auto";
      button.setAttribute("aria-label", `Theme: ${current()}. Change`);
    };
    button.addEventListener("click", () => {
      const next = order[(order.indexOf(current()) + 1) % order.length];
      show(next);
      remember(next);
      name();
    });
    name();
    button.hidden = false;
  }

  show(remembered());
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) offer(/** @type {HTMLElement} */ (button));
  });
})();
