// Two fingers on a picture: their spread makes it larger, their way pushes it.

export class Pinch {
  #fingers = new Map();
  #last = null;

  constructor(stage, zoom) {
    Object.assign(this, { stage, zoom });
  }

  /** How many fingers, or pressed mice, are on the picture. */
  get count() {
    return this.#fingers.size;
  }

  /** Where the first of them is: x and y in CSS pixels of the window. */
  get first() {
    return this.#fingers.values().next().value;
  }

  down({ pointerId, clientX, clientY }) {
    this.#fingers.set(pointerId, { x: clientX, y: clientY });
    this.#last = this.count === 2 ? this.#span() : null;
  }

  /** Where the finger was before; undefined where it is not on the picture. */
  move({ pointerId, clientX, clientY }) {
    const before = this.#fingers.get(pointerId);
    if (before) {
      this.#fingers.set(pointerId, { x: clientX, y: clientY });
    }
    return before;
  }

  /** Whether the finger was on the picture. */
  up({ pointerId }) {
    this.#last = null;
    return this.#fingers.delete(pointerId);
  }

  /** Bring the picture to where two fingers have it. */
  spread() {
    if (this.count !== 2) {
      return;
    }
    const now = this.#span();
    if (this.#last) {
      this.zoom.to((this.zoom.scale * now.length) / this.#last.length, now.middle);
      this.zoom.by(now.middle.x - this.#last.middle.x, now.middle.y - this.#last.middle.y);
    }
    this.#last = now;
  }

  /** A place in the window as fractions of the stage. */
  within(clientX, clientY) {
    const box = this.stage.getBoundingClientRect();
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  }

  #span() {
    const [one, two] = this.#fingers.values();
    const length = Math.max(1, Math.hypot(one.x - two.x, one.y - two.y));
    return { length, middle: this.within((one.x + two.x) / 2, (one.y + two.y) / 2) };
  }
}
