// Where a machine saw faces: offers on the picture, each taken as a mark by one press or left alone.

import { element } from "mpm/workbench/element.js";
import { place } from "mpm/workbench/box.js";

const holds = (box, { x, y }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;

export class Suggestions {
  constructor({ stage, people, words, faces, note, count }) {
    Object.assign(this, { people, words, note, count });
    this.offers = faces.map((face) => this.#offer(stage, face));
    people.onChange = () => this.#show();
    this.#show();
  }

  // The first that is left, in reading order; nothing happens when none is.
  takeNext() {
    const next = this.offers.find((offer) => !offer.button.hidden);
    if (next) this.#take(next);
  }

  #offer(stage, face) {
    const label = element("span", { className: "suggested-label", textContent: this.words.suggested });
    const button = element("button", { type: "button", className: "suggested" }, label);
    button.setAttribute("aria-label", this.words.face);
    place(button, face);
    const offer = { face, button };
    button.addEventListener("click", () => this.#take(offer));
    stage.append(button);
    return offer;
  }

  #take({ face }) {
    this.people.add({ x: (face.left + face.right) / 2, y: (face.top + face.bottom) / 2, suggestion: face.id });
  }

  // A face that a mark lies on is spoken for; it is offered again when that mark goes.
  #show() {
    const marks = this.people.places();
    this.offers.forEach(({ face, button }) => {
      button.hidden = marks.some((mark) => holds(face, mark));
    });
    const left = this.offers.filter(({ button }) => !button.hidden).length;
    this.note.hidden = left === 0;
    this.count.textContent = this.words.faces.replace("{number}", String(left));
  }
}
