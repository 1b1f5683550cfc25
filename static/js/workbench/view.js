// How the picture is looked at: its size, its quarter turns, its brightness. Nothing of this is kept or answered.

import { Zoom } from "mpm/picture/zoom.js";

const BRIGHTER = 1.25;
const STEPS = 4;

export class View {
  turns = 0;
  #light = 0;
  #size = { width: 3, height: 2 };

  /** `changed()` is called when the picture has been turned. */
  constructor({ view, plane, photo, group, changed }) {
    Object.assign(this, { view, plane, photo, changed });
    this.glass = new Zoom(view, plane, group);
    new ResizeObserver(() => this.#shape()).observe(view);
    group.addEventListener("click", (event) => this.#press(event.target.closest("[data-look]")?.dataset.look));
  }

  /** Another photo of this size in pixels: all of it, upright, as it is. */
  begin(size) {
    this.#size = size;
    this.turns = 0;
    this.#light = 0;
    this.glass.fit();
    this.#show();
  }

  zoom(by) {
    if (by > 0) this.glass.in();
    else this.glass.out();
  }

  fit() {
    this.glass.fit();
  }

  rotate() {
    this.turns = (this.turns + 1) % 4;
    this.glass.fit();
    this.#show();
    this.changed();
  }

  brighten(by) {
    this.#light = Math.min(STEPS, Math.max(-STEPS, this.#light + by));
    this.#show();
  }

  /** Width by height as it stands on the screen. */
  get ratio() {
    const { width, height } = this.#size;
    return this.turns % 2 ? height / width : width / height;
  }

  #press(which) {
    if (which === "rotate") this.rotate();
    if (which === "brighter") this.brighten(1);
    if (which === "darker") this.brighten(-1);
  }

  #show() {
    const { ratio } = this;
    // A picture on its side is as wide as the plane is high.
    const [width, height] = this.turns % 2 ? [1 / ratio, ratio] : [1, 1];
    this.view.style.setProperty("--ratio", ratio);
    this.photo.style.setProperty("--width", `${width * 100}%`);
    this.photo.style.setProperty("--height", `${height * 100}%`);
    this.photo.style.setProperty("--turn", `${this.turns * 90}deg`);
    this.photo.style.setProperty("--light", BRIGHTER ** this.#light);
    this.#shape();
  }

  #shape() {
    const { clientWidth, clientHeight } = this.view;
    if (!clientWidth || !clientHeight) return;
    const room = clientWidth / clientHeight;
    const part = { width: Math.min(1, this.ratio / room), height: Math.min(1, room / this.ratio) };
    this.plane.style.setProperty("--part-width", part.width);
    this.plane.style.setProperty("--part-height", part.height);
    this.glass.reshape(part);
  }
}
