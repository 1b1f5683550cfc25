// What releases will cover: opaque boxes on the picture, placed by a suggestion, by pointer or by arrows.

import { ARROWS } from "mpm/picture/place.js";
import { moved, place, sized } from "mpm/workbench/box.js";
import { follow } from "mpm/workbench/drag.js";
import { element } from "mpm/workbench/element.js";
import { Layer } from "mpm/workbench/layer.js";

const STEP = 0.005;
const LEAP = 10;
// CSS pixels around the lower right corner from which a drag sizes.
const CORNER = 24;

export class Covers {
  /** `acts`: set(index, box), dragged(), remove(index), left(). */
  constructor({ layer, plane, words, acts }) {
    Object.assign(this, { plane, words, acts });
    this.covers = [];
    this.layer = new Layer(layer, {
      make: (index) => this.#made(index),
      draw: (cover, box, index) => this.#draw(cover, box, index),
    });
  }

  /** Boxes as the picture stands on the screen. */
  show(covers) {
    this.covers = covers;
    const lost = this.layer.show(covers.map((box, index) => [index, box]));
    if (lost === null) return;
    if (covers.length) this.focus(covers.length - 1);
    else this.acts.left();
  }

  focus(index) {
    this.layer.get(index)?.focus({ preventScroll: true });
  }

  #made(index) {
    const cover = element("button", { type: "button", className: "cover" }, element("span", { className: "cover-number" }));
    cover.addEventListener("keydown", (event) => this.#key(event, index));
    cover.addEventListener("pointerdown", (event) => this.#down(event, cover, index));
    return cover;
  }

  #draw(cover, box, index) {
    const number = String(index + 1);
    cover.firstElementChild.textContent = number;
    cover.setAttribute("aria-label", this.words.cover.replace("{number}", number));
    place(cover, box);
  }

  #key(event, index) {
    if (event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const reach = STEP * (event.shiftKey ? LEAP : 1);
      const change = event.altKey ? sized : moved;
      this.acts.set(index, change(this.covers[index], arrow[0] * reach, arrow[1] * reach));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.acts.remove(index);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // A drag from within moves; one from the lower right corner sizes.
  #down(event, cover, index) {
    if (event.button > 0) return;
    event.stopPropagation();
    const own = cover.getBoundingClientRect();
    const corner = Math.min(CORNER, own.width / 2, own.height / 2);
    const change = own.right - event.clientX < corner && own.bottom - event.clientY < corner ? sized : moved;
    const start = this.covers[index];
    follow(cover, event, {
      begin: () => this.acts.dragged(),
      move: (dx, dy) => {
        const { width, height } = this.plane.getBoundingClientRect();
        this.acts.set(index, change(start, dx / width, dy / height));
      },
      end: () => this.acts.dragged(),
    });
  }
}
