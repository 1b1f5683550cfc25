// The frame that cuts an album's border away: drawn by pointer, or written in per cent; the fields are the truth.

import { EDGES, place } from "mpm/workbench/box.js";

const percent = (value) => Math.min(100, Math.max(0, value));

export class Crop {
  constructor({ stage, frame, button, fields, found }) {
    Object.assign(this, { stage, frame, button, fields, found });
    this.onChange = () => {};
    button.addEventListener("click", () => this.toggle());
    EDGES.forEach((edge) => fields[edge].addEventListener("input", () => this.#show()));
    stage.addEventListener("pointerdown", (event) => this.#draw(event));
    if (found) place(found, this.#foundBox());
    this.#show();
  }

  // The frame that a machine found, where one is offered.
  useFound() {
    if (this.found) this.set(this.#foundBox());
  }

  #foundBox() {
    return Object.fromEntries(EDGES.map((edge) => [edge, this.found.dataset[edge] / 100]));
  }

  toggle() {
    const drawing = this.button.getAttribute("aria-pressed") !== "true";
    this.button.setAttribute("aria-pressed", String(drawing));
    document.body.classList.toggle("cropping", drawing);
  }

  // The picture that stays, as fractions of the photo.
  box() {
    return Object.fromEntries(EDGES.map((edge) => [edge, (Number.parseFloat(this.fields[edge].value) || 0) / 100]));
  }

  set(box) {
    EDGES.forEach((edge) => this.#set(edge, box[edge] * 100));
    this.#show();
  }

  #show() {
    const box = this.box();
    place(this.frame, box);
    this.frame.hidden = box.left === 0 && box.top === 0 && box.right === 1 && box.bottom === 1;
    // Whoever has cut something has answered the offer.
    if (this.found) this.found.hidden = !this.frame.hidden;
    this.onChange();
  }

  #set(edge, value) {
    this.fields[edge].value = String(Number(percent(value).toFixed(1)));
  }

  #draw(down) {
    if (this.button.getAttribute("aria-pressed") !== "true") return;
    down.preventDefault();
    const box = this.stage.getBoundingClientRect();
    const at = (event) => [
      ((event.clientX - box.left) / box.width) * 100,
      ((event.clientY - box.top) / box.height) * 100,
    ];
    const [x, y] = at(down);
    const drag = (move) => {
      const [toX, toY] = at(move);
      this.#set("left", Math.min(x, toX));
      this.#set("right", Math.max(x, toX));
      this.#set("top", Math.min(y, toY));
      this.#set("bottom", Math.max(y, toY));
      this.#show();
    };
    this.stage.setPointerCapture(down.pointerId);
    this.stage.addEventListener("pointermove", drag);
    const stop = () => {
      this.stage.removeEventListener("pointermove", drag);
      this.toggle();
    };
    this.stage.addEventListener("pointerup", stop, { once: true });
  }
}
