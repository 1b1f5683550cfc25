// The people of one photo: a mark on the picture and a row in the list for each, always in step.

import { element } from "mpm/workbench/element.js";

const STEP = 0.005;
const MIDDLE = { x: 0.5, y: 0.5, suggestion: null };

const clamp = (value) => Math.min(1, Math.max(0, value));

export class People {
  constructor({ stage, list, count, words, given }) {
    Object.assign(this, { stage, list, count, words, given });
    this.people = [];
    this.onChange = () => {};
    this.reset();
  }

  // Back to what the contributor said: their marks in their places, with the ages as understood.
  reset() {
    this.people.forEach((person) => this.#detach(person));
    this.people = [];
    this.given.forEach((said) => this.#attach({ ...said, age: said.years === null ? "" : String(said.years) }));
    this.#number();
  }

  // One more, in the middle, or where a suggestion stands that was taken.
  add({ x, y, suggestion } = MIDDLE) {
    const said = suggestion === null ? this.words.added : this.words.taken;
    const person = { mark: null, suggestion, x, y, age: "", words: "", who: said };
    this.#attach(person);
    this.#number();
    person.ring.focus();
  }

  firstWithoutAge() {
    const lacking = this.people.find((person) => !(Number.parseFloat(person.input.value) >= 0));
    return lacking ? lacking.input : null;
  }

  answer() {
    return this.people.map(({ mark, suggestion = null, x, y, input }) => {
      return { mark, suggestion, x, y, age: input.value.trim() };
    });
  }

  places() {
    return this.people.map(({ x, y }) => ({ x, y }));
  }

  #attach(person) {
    person.ring = element("button", { type: "button", className: "mark" });
    person.label = element("span", { className: "mark-number" });
    person.ring.append(person.label);
    person.input = element("input", { type: "number", min: "0", max: "129", step: "0.01", value: person.age });
    person.input.inputMode = "decimal";
    person.digit = element("strong");
    person.remove = element("button", { type: "button", className: "button button-quiet person-remove" });
    person.row = element(
      "li",
      {},
      person.digit,
      element("span", { textContent: person.words ? `“${person.words}”` : "–" }),
      person.input,
      element("p", { className: "person-words", textContent: person.who }),
      person.remove,
    );
    person.remove.addEventListener("click", () => this.#drop(person));
    person.ring.addEventListener("keydown", (event) => this.#key(event, person));
    person.ring.addEventListener("focus", () => this.#current(person));
    person.input.addEventListener("focus", () => this.#current(person));
    this.#draggable(person);
    this.stage.append(person.ring);
    this.list.append(person.row);
    this.people.push(person);
    this.#place(person);
  }

  #detach(person) {
    person.ring.remove();
    person.row.remove();
  }

  #drop(person) {
    const index = this.people.indexOf(person);
    this.#detach(person);
    this.people.splice(index, 1);
    this.#number();
    // Focus is never lost: it goes to the neighbour, or to the button that adds.
    const next = this.people[Math.min(index, this.people.length - 1)];
    (next ? next.ring : document.getElementById("add")).focus();
  }

  #number() {
    this.people.forEach((person, index) => {
      const say = (text) => text.replace("{number}", String(index + 1));
      person.label.textContent = person.digit.textContent = String(index + 1);
      person.ring.setAttribute("aria-label", say(this.words.move));
      person.input.setAttribute("aria-label", say(this.words.age));
      person.remove.textContent = "×";
      person.remove.setAttribute("aria-label", say(this.words.remove));
    });
    this.count.textContent = String(this.people.length);
    this.onChange();
  }

  #current(person) {
    this.people.forEach((other) => {
      other.row.setAttribute("aria-current", String(other === person));
      other.ring.setAttribute("aria-current", String(other === person));
    });
  }

  #place(person) {
    person.ring.style.setProperty("--x", `${person.x * 100}%`);
    person.ring.style.setProperty("--y", `${person.y * 100}%`);
  }

  #move(person, x, y) {
    person.x = clamp(x);
    person.y = clamp(y);
    this.#place(person);
  }

  #key(event, person) {
    const far = event.shiftKey ? 10 * STEP : STEP;
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    if (event.key in moves) {
      const [dx, dy] = moves[event.key];
      this.#move(person, person.x + dx, person.y + dy);
      this.onChange();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.#drop(person);
    } else if (/^[0-9]$/.test(event.key)) {
      person.input.value = event.key;
      person.input.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #draggable(person) {
    person.ring.addEventListener("pointerdown", (down) => {
      person.ring.setPointerCapture(down.pointerId);
      const box = this.stage.getBoundingClientRect();
      const start = { x: down.clientX, y: down.clientY, px: person.x, py: person.y };
      const drag = (move) => {
        this.#move(
          person,
          start.px + (move.clientX - start.x) / box.width,
          start.py + (move.clientY - start.y) / box.height,
        );
      };
      const stop = () => {
        person.ring.removeEventListener("pointermove", drag);
        this.onChange();
      };
      person.ring.addEventListener("pointermove", drag);
      person.ring.addEventListener("pointerup", stop, { once: true });
      person.ring.addEventListener("pointercancel", stop, { once: true });
    });
  }
}
