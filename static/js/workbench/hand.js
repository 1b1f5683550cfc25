// Mouse, pen and fingers on the picture's ground: push it, spread it, turn the wheel, or draw a box across it.

import { Pinch } from "mpm/picture/pinch.js";

const FROM = 4;
const WHEEL = 300;
const LINE = 16;

export class Hand {
  #mode = "idle";
  #start = null;

  /** `acts`: draws(), and holds(element) where a drag is another's; draw(from, to) and drawn(from, to) with two events; stopped(). */
  constructor({ view, zoom, acts }) {
    Object.assign(this, { view, zoom, acts, pinch: new Pinch(view, zoom) });
    view.addEventListener("pointerdown", (event) => this.#down(event));
    document.addEventListener("pointermove", (event) => this.#move(event), true);
    document.addEventListener("pointerup", (event) => this.#up(event, true), true);
    document.addEventListener("pointercancel", (event) => this.#up(event, false), true);
    view.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    // A press on the ground takes the focus from nothing.
    view.addEventListener("mousedown", (event) => event.target.closest("button") || event.preventDefault());
    // Else the browser enlarges the page, too.
    view.addEventListener("touchmove", (event) => this.#isOurs(event) && event.preventDefault(), { passive: false });
  }

  #isOurs(event) {
    return event.cancelable && (event.touches.length > 1 || ["push", "draw", "held"].includes(this.#mode));
  }

  #down(event) {
    if (event.button === 2) return;
    this.pinch.down(event);
    if (this.pinch.count > 1) {
      this.#mode = "spread";
      this.acts.stopped();
    } else {
      this.#mode = "press";
      this.#start = event;
    }
  }

  #move(event) {
    const before = this.pinch.move(event);
    if (!before) return;
    if (this.#mode === "press") this.#decide(event);
    if (this.#mode === "spread") this.pinch.spread();
    if (this.#mode === "draw") this.acts.draw(this.#start, event);
    if (this.#mode === "push") {
      const { clientWidth: width, clientHeight: height } = this.view;
      this.zoom.by((event.clientX - before.x) / width, (event.clientY - before.y) / height);
    }
  }

  #decide(event) {
    if (Math.hypot(event.clientX - this.#start.clientX, event.clientY - this.#start.clientY) < FROM) return;
    this.#mode = this.#drags(this.#start);
    if (["push", "draw"].includes(this.#mode)) this.view.setPointerCapture(event.pointerId);
  }

  // The middle button pushes whatever the tool is.
  #drags({ button, target }) {
    if (button === 1) return "push";
    if (this.acts.draws()) return "draw";
    if (this.acts.holds(target)) return "held";
    return this.zoom.isZoomed ? "push" : "scroll";
  }

  #up(event, isDone) {
    if (!this.pinch.up(event)) return;
    if (this.#mode === "draw") {
      if (isDone) this.acts.drawn(this.#start, event);
      else this.acts.stopped();
    }
    if (this.#mode !== "spread" || this.pinch.count === 0) this.#mode = "idle";
  }

  #wheel(event) {
    event.preventDefault();
    const way = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
    this.zoom.to(this.zoom.scale * Math.exp(-way / WHEEL), this.pinch.within(event.clientX, event.clientY));
  }
}
