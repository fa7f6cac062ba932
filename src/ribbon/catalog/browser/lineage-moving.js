"use strict";
/**
 * Moving about in a drawing that is larger than its window: drag, pinch, wheel, and by asking for a point.
 * The wheel belongs to the page until the drawing has the focus; with Ctrl it zooms at once.
 */
ribbon.lineageMoving = (() => {
  const [smallest, largest] = [0.15, 2.5];

  /**
   * @param {SVGSVGElement} svg
   * @param {SVGGElement} view what is moved
   * @param {{width: number, height: number}} size of what is drawn
   */
  return function moving(svg, view, size) {
    let [x, y, scale] = [0, 0, 1];
    /** @type {Map<number, {x: number, y: number}>} */
    const fingers = new Map();
    let dragged = false;

    const show = () => view.setAttribute("transform", `translate(${x},${y}) scale(${scale})`);

    /** @param {number} dx @param {number} dy in pixels of the screen */
    function pan(dx, dy) {
      // A part of the drawing always stays in the window, or nobody would find back.
      const [w, h] = [svg.clientWidth, svg.clientHeight];
      x = Math.min(w - 60, Math.max(60 - size.width * scale, x + dx));
      y = Math.min(h - 60, Math.max(60 - size.height * scale, y + dy));
      show();
    }

    /** @param {number} factor @param {number} [cx] @param {number} [cy] the point that stays where it is */
    function zoom(factor, cx = svg.clientWidth / 2, cy = svg.clientHeight / 2) {
      const next = Math.min(largest, Math.max(smallest, scale * factor));
      const ratio = next / scale;
      scale = next;
      x = cx - (cx - x) * ratio;
      y = cy - (cy - y) * ratio;
      pan(0, 0);
    }

    /** All of it, but never so small that names cannot be read, unless asked for. @param {number} [least] */
    function fit(least = smallest) {
      const [w, h] = [svg.clientWidth, svg.clientHeight];
      scale = Math.min(1, Math.max(least, Math.min(w / size.width, h / size.height)));
      x = Math.max(0, (w - size.width * scale) / 2);
      y = Math.max(0, (h - size.height * scale) / 2);
      show();
    }

    /** Brings a point to the middle, or as near as it takes for the window to stay filled. @param {number} px @param {number} py of the drawing */
    function center(px, py) {
      const held = (/** @type {number} */ at, /** @type {number} */ frame, /** @type {number} */ length) =>
        length < frame ? (frame - length) / 2 : Math.min(0, Math.max(frame - length, frame / 2 - at));
      x = held(px * scale, svg.clientWidth, size.width * scale);
      y = held(py * scale, svg.clientHeight, size.height * scale);
      show();
    }

    /** Moves only as far as it takes for an element to be seen. @param {Element} element */
    function reveal(element) {
      const [frame, box] = [svg.getBoundingClientRect(), element.getBoundingClientRect()];
      const past = (/** @type {number} */ low, /** @type {number} */ high, /** @type {number} */ from, /** @type {number} */ to) =>
        low < from + 20 ? from + 20 - low : high > to - 20 ? to - 20 - high : 0;
      pan(past(box.left, box.right, frame.left, frame.right), past(box.top, box.bottom, frame.top, frame.bottom));
    }

    /** Whether everything is in the window as it stands. */
    const whole = () => size.width * scale <= svg.clientWidth + 1 && size.height * scale <= svg.clientHeight + 1;

    svg.addEventListener("wheel", (event) => {
      const point = svg.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY / 300), event.clientX - point.left, event.clientY - point.top);
      else if (svg.contains(document.activeElement)) pan(-event.deltaX, -event.deltaY);
      else return;
      event.preventDefault();
    }, { passive: false });

    svg.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      dragged = false;
    });
    svg.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      // A hand that trembles while it clicks does not drag.
      if (!dragged && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
      if (!dragged) svg.setPointerCapture(event.pointerId);
      dragged = true;
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const distance = (/** @type {{x: number, y: number}} */ point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
        const place = svg.getBoundingClientRect();
        zoom(distance(now) / distance(before), (now.x + other.x) / 2 - place.left, (now.y + other.y) / 2 - place.top);
      } else pan(now.x - before.x, now.y - before.y);
      fingers.set(event.pointerId, now);
    });
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) svg.addEventListener(name, (event) => fingers.delete(event.pointerId));
    svg.addEventListener("click", (event) => {
      // The click that ends a drag chooses nothing.
      if (dragged) event.stopPropagation();
      if (dragged) event.preventDefault();
      dragged = false;
    }, { capture: true });

    return { pan, zoom, fit, center, reveal, whole };
  };
})();
