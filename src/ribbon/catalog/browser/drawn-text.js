"use strict";
/** How wide texts of a drawing are, and how they are cut to fit: drawings do not wrap. */
ribbon.drawnText = (() => {
  const measure = document.createElement("canvas").getContext("2d");
  const fonts = { sans: "", mono: "" };

  /** The fonts of the page, asked for once: asking costs a layout. */
  function families() {
    if (!fonts.sans) {
      fonts.sans = getComputedStyle(document.body).fontFamily;
      fonts.mono = getComputedStyle(document.documentElement).getPropertyValue("--mono");
    }
    return fonts;
  }

  /** The width of a text in pixels, as the drawing writes it. @param {string} text @param {boolean} strong a title, or a column */
  function widthOf(text, strong) {
    if (!measure) return text.length * 8.5;
    measure.font = strong ? `600 13px ${families().sans}` : `12px ${families().mono}`;
    return measure.measureText(text).width;
  }

  /** A text that fits. The middle goes: names of one family differ at their ends. @param {string} text @param {number} room in pixels @param {boolean} strong */
  function cut(text, room, strong) {
    let kept = text.length;
    let shown = text;
    while (kept > 2 && widthOf(shown, strong) > room) {
      kept -= 1;
      shown = `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
    }
    return shown;
  }

  return { widthOf, cut };
})();
