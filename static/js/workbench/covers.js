// What releases will cover: opaque boxes on the picture, placed by a suggestion, by pointer or by arrows.

import { element } from "mpm/workbench/element.js";
import { moved, place, sized } from "mpm/workbench/box.js";

const STEP = 0.005;
const FIRST = { left: 0.35, top: 0.45, right: 0.65, bottom: 0.55 };

export class Covers {
  constructor({ stage, words }) {
    Object.assign(this, { stage, words });
    this.covers = [];
    this.onChange = () => {};
  }

  add(box = FIRST) {
    const cover = { box: { ...box } };
    cover.label = element("span", { className: "cover-number" });
    cover.shown = element("button", { type: "button", className: "cover" }, cover.label);
    cover.shown.addEventListener("keydown", (event) => this.#key(event, cover));
    this.#draggable(cover);
    this.stage.append(cover.shown);
    this.covers.push(cover);
    this.#changed();
    return cover;
  }

  remove(cover) {
    cover.shown.remove();
    this.covers.splice(this.covers.indexOf(cover), 1);
    this.#changed();
  }

  answer() {
    return this.covers.map(({ box }) => box);
  }

  #changed() {
    this.covers.forEach((cover, index) => {
      const number = String(index + 1);
      cover.label.textContent = number;
      cover.shown.setAttribute("aria-label", this.words.coverName.replace("{number}", number));
      place(cover.shown, cover.box);
    });
    this.onChange();
  }

  #set(cover, box) {
    cover.box = box;
    place(cover.shown, box);
  }

  #key(event, cover) {
    const far = event.shiftKey ? 10 * STEP : STEP;
    const ways = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    if (event.key in ways) {
      this.#set(cover, (event.altKey ? sized : moved)(cover.box, ...ways[event.key]));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.remove(cover);
      // Focus is never lost: it goes to a neighbour, or to the button that adds.
      (this.covers.at(-1)?.shown ?? document.getElementById("add-cover")).focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // A drag from within moves; one from the lower right corner sizes.
  #draggable(cover) {
    cover.shown.addEventListener("pointerdown", (down) => {
      cover.shown.setPointerCapture(down.pointerId);
      const picture = this.stage.getBoundingClientRect();
      const own = cover.shown.getBoundingClientRect();
      const corner = Math.min(24, own.width / 2, own.height);
      const change = own.right - down.clientX < corner && own.bottom - down.clientY < corner ? sized : moved;
      const start = { ...cover.box };
      const drag = (move) => {
        const dx = (move.clientX - down.clientX) / picture.width;
        const dy = (move.clientY - down.clientY) / picture.height;
        this.#set(cover, change(start, dx, dy));
      };
      const stop = () => cover.shown.removeEventListener("pointermove", drag);
      cover.shown.addEventListener("pointermove", drag);
      cover.shown.addEventListener("pointerup", stop, { once: true });
      cover.shown.addEventListener("pointercancel", stop, { once: true });
    });
  }
}
