// The people's marks: solid, numbered, each a button in the order of the list.

import { ARROWS } from "mpm/picture/place.js";
import { follow } from "mpm/workbench/drag.js";
import { element } from "mpm/workbench/element.js";
import { Layer } from "mpm/workbench/layer.js";

const STEP = 0.005;
const LEAP = 10;

export class Marks {
  /** `acts`: select(id), move(id, dx, dy), dragged(id), size(id, dx, dy), unbox(id), remove(id), digit(id, digit), reveal(place), left(). */
  constructor({ layer, plane, words, acts }) {
    Object.assign(this, { plane, words, acts });
    this.people = [];
    this.layer = new Layer(layer, {
      make: (id) => this.#made(id),
      draw: (mark, person, index) => this.#draw(mark, person, index),
    });
  }

  /** People with their places as the picture stands on the screen. */
  show(people, current) {
    this.people = people;
    const lost = this.layer.show(people.map((person) => [person.id, person]));
    this.select(current);
    if (lost !== null) this.#focusNear(lost);
  }

  select(current) {
    this.people.forEach(({ id }) => this.layer.get(id).setAttribute("aria-current", String(id === current)));
  }

  focus(id) {
    this.layer.get(id)?.focus({ preventScroll: true });
  }

  // Focus is never lost: it goes to the neighbour, or back to the shell.
  #focusNear(index) {
    const next = this.people[Math.min(index, this.people.length - 1)];
    if (next) this.focus(next.id);
    else this.acts.left();
  }

  #made(id) {
    const mark = element("button", { type: "button", className: "mark" }, element("span", { className: "mark-number" }));
    mark.addEventListener("focus", () => {
      this.acts.select(id);
      if (mark.matches(":focus-visible")) this.acts.reveal(this.#person(id));
    });
    mark.addEventListener("keydown", (event) => this.#key(event, id));
    mark.addEventListener("pointerdown", (event) => this.#down(event, mark, id));
    return mark;
  }

  #draw(mark, person, index) {
    const who = this.words.person.replace("{number}", String(index + 1));
    mark.firstElementChild.textContent = String(index + 1);
    mark.setAttribute("aria-label", this.words.mark.replace("{who}", who).replace("{age}", this.#age(person)));
    mark.toggleAttribute("data-boxed", Boolean(person.box));
    mark.style.setProperty("--drop", person.box ? (person.box[3] - person.y) * 100 : 0);
    mark.style.setProperty("--x", `${person.x * 100}%`);
    mark.style.setProperty("--y", `${person.y * 100}%`);
  }

  #age({ age, low, high }) {
    if (age === null) return this.words.noAge;
    const isRange = (low ?? age) < (high ?? age);
    const words = isRange ? this.words.ageBetween : this.words.age;
    return words.replace("{years}", String(age)).replace("{low}", String(low)).replace("{high}", String(high));
  }

  #person(id) {
    return this.people.find((person) => person.id === id);
  }

  #key(event, id) {
    if (event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const reach = STEP * (event.shiftKey ? LEAP : 1);
      this.acts[event.altKey ? "size" : "move"](id, arrow[0] * reach, arrow[1] * reach);
      this.acts.reveal(this.#person(id));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.acts[event.altKey ? "unbox" : "remove"](id);
    } else if (/^[0-9]$/.test(event.key) && !event.altKey) {
      this.acts.digit(id, event.key);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #down(event, mark, id) {
    if (event.button > 0) return;
    event.stopPropagation();
    const start = { ...this.#person(id) };
    follow(mark, event, {
      begin: () => this.acts.dragged(id),
      move: (dx, dy) => {
        const { width, height } = this.plane.getBoundingClientRect();
        const now = this.#person(id);
        if (now) this.acts.move(id, start.x + dx / width - now.x, start.y + dy / height - now.y);
      },
      end: () => this.acts.dragged(id),
    });
  }
}
