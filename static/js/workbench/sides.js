// Where two readings put people who are not in both, or not at the same place: the places of both on the picture, told apart
// by shape and word, for the eye alone. The rail says the same in words.

import { element } from "mpm/workbench/element.js";
import { turned } from "mpm/workbench/turns.js";

// Codes of differences that are about where people are.
const OF_PLACES = ["people", "place"];

export class Sides {
  #layer = element("div", { className: "picture-layer settle-places", ariaHidden: "true" });
  #photo = document.querySelector("[data-photo-here]");
  #turning = new MutationObserver(() => this.#draw());

  /** `words.of` is "Reading {number}". */
  constructor({ readings, rows }, words) {
    const apart = rows.filter(({ code }) => OF_PLACES.includes(code));
    this.places = apart.flatMap(({ people }) => people.flatMap((id, side) => placed(readings[side].state.people, id, side)));
    this.words = words;
    document.querySelector("[data-plane]").append(this.#layer);
    this.#turning.observe(this.#photo, { attributeFilter: ["style"] });
    this.#draw();
  }

  clear() {
    this.#turning.disconnect();
    this.#layer.remove();
  }

  #draw() {
    // The picture says there by how much it is turned to be looked at.
    const turns = (parseInt(this.#photo.style.getPropertyValue("--turn"), 10) || 0) / 90;
    this.#layer.replaceChildren(...this.places.map((place) => this.#shape(place, turns)));
  }

  #shape({ side, ...place }, turns) {
    const { x, y } = turned(place, turns);
    const words = this.words.of.replace("{number}", String(side + 1));
    const label = element("span", { className: "suggested-label", textContent: words });
    const shape = element("div", { className: `settle-place settle-place-${side + 1}` }, label);
    shape.style.setProperty("--x", `${x * 100}%`);
    shape.style.setProperty("--y", `${y * 100}%`);
    return shape;
  }
}

function placed(people, id, side) {
  const person = people.find((one) => one.id === id);
  return person ? [{ x: person.x, y: person.y, side }] : [];
}
