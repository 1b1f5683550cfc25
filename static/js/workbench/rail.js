// The people of the photo in the rail: the contributor's words, what was understood of them, and the answer.

import { ageText, parseAge } from "mpm/workbench/ages.js";
import { element } from "mpm/workbench/element.js";
import { say, sayNumber } from "mpm/workbench/messages.js";
import { openFaces } from "mpm/workbench/seen.js";

export class Rail {
  #draft = null;
  #rows = new Map();

  // `list` has a row for each person; `total` says how many; `count` is the field with all people in the picture, `low`
  // says that it cannot be that few; `face` is the button that takes the next suggested one.
  constructor({ list, total, count, low, face }) {
    Object.assign(this, { list, total, count, low, face });
    count.addEventListener("input", () => this.#counted());
    count.addEventListener("change", () => this.#sync());
  }

  show(draft) {
    this.#draft = draft;
    this.#rows.clear();
    this.list.replaceChildren();
    this.low.textContent = "";
    if (!draft) return;
    draft.addEventListener("change", () => this.#draft === draft && this.#changed());
    draft.addEventListener("select", () => this.#draft === draft && this.#chosen());
    this.#sync();
  }

  // The first digit of an age, typed on the picture: the field goes on from there.
  typeAge(id, digit) {
    const row = this.#rows.get(id);
    if (!row) return;
    row.age.value = digit;
    row.age.focus();
    this.#aged(row);
  }

  focusAge(id) {
    this.#rows.get(id)?.age.focus();
  }

  addToCount(number) {
    this.#setCount(this.#draft.count + number);
  }

  // Of a number that is less than those who are marked: it is put right before anything is saved. Whether it was one.
  putCountRight() {
    const isLow = Number.parseInt(this.count.value, 10) < this.#draft.state.people.length;
    if (isLow) {
      this.count.value = String(this.#draft.count);
      this.count.select();
    }
    return isLow;
  }

  #changed() {
    this.low.textContent = "";
    this.#sync();
  }

  #sync() {
    const { people } = this.#draft.state;
    for (const [id, row] of this.#rows) {
      if (people.some((person) => person.id === id)) continue;
      row.item.remove();
      this.#rows.delete(id);
    }
    people.forEach((person, index) => this.#fill(person, index));
    this.total.textContent = people.length === 0 ? say("nobody") : String(people.length);
    this.face.disabled = openFaces(this.#draft).length === 0;
    this.count.min = String(people.length);
    if (document.activeElement !== this.count) this.count.value = String(this.#draft.count);
    this.#current();
  }

  #fill(person, index) {
    const row = this.#rows.get(person.id) ?? this.#row(person);
    const number = index + 1;
    if (this.list.children[index] !== row.item) this.list.insertBefore(row.item, this.list.children[index] ?? null);
    row.number.textContent = String(number);
    row.age.setAttribute("aria-label", say("age", { number }));
    row.remove.setAttribute("aria-label", say("remove", { number }));
    const lacking = person.age === null;
    if (document.activeElement !== row.age) row.age.value = ageText(person);
    row.age.setAttribute("aria-invalid", String(lacking && row.age.value !== ""));
    row.item.classList.toggle("lacking", lacking);
  }

  #row(person) {
    const said = this.#draft.task.people.find(({ mark }) => mark === person.mark && mark !== null);
    const row = {
      id: person.id,
      number: element("strong", { className: "person-number" }),
      age: element("input", { type: "text", inputMode: "decimal", autocomplete: "off", className: "person-age" }),
      remove: element("button", { type: "button", className: "person-remove", textContent: "×", tabIndex: -1 }),
    };
    row.age.dataset.enter = "save";
    row.age.addEventListener("input", () => this.#aged(row));
    row.age.addEventListener("focus", () => this.#draft.select(row.id));
    row.age.addEventListener("blur", () => this.#draft?.state.people.some(({ id }) => id === row.id) && this.#sync());
    row.remove.addEventListener("click", () => this.#draft.remove(row.id));
    const basis = element("p", { className: "person-basis", textContent: this.#basis(said, person) });
    const words = said ? [element("p", { className: "person-words" }, ...this.#words(row, said))] : [];
    const className = said ? "person person-said" : "person";
    row.item = element("li", { className }, row.number, ...words, basis, row.age, row.remove);
    row.item.addEventListener("click", () => this.#draft.select(row.id));
    this.#rows.set(row.id, row);
    return row;
  }

  // The contributor's words, and what they were understood to be: a press takes it.
  #words(row, { words, years: age, low, high }) {
    return [words ? `“${words}”` : say("noWords"), " ", this.#understood(row, { age, low, high })];
  }

  #understood(row, { age, low, high }) {
    if (age === null) return element("span", { className: "person-unclear", textContent: say("notUnderstood") });
    const text = ageText({ age, low, high });
    const take = element("button", { type: "button", className: "person-understood", textContent: text });
    take.setAttribute("aria-label", say("understood", { age: text }));
    take.addEventListener("click", () => this.#draft.edit(row.id, { age, low, high }));
    return take;
  }

  #basis(said, { suggestion }) {
    return said?.who ?? say(suggestion === null ? "added" : "taken");
  }

  #aged(row) {
    const found = parseAge(row.age.value) ?? { age: null, low: null, high: null };
    this.#draft.edit(row.id, found, { merge: `age ${row.id}` });
  }

  #current() {
    const selected = this.#draft.selected?.id ?? null;
    for (const [id, { item }] of this.#rows) item.setAttribute("aria-current", String(id === selected));
  }

  // Only then: a word or a cover that is added further down moves nothing.
  #chosen() {
    this.#current();
    this.#rows.get(this.#draft.selected?.id)?.item.scrollIntoView({ block: "nearest" });
  }

  #counted() {
    const number = Number.parseInt(this.count.value, 10);
    if (number >= 0) this.#setCount(number);
  }

  #setCount(number) {
    const marked = this.#draft.state.people.length;
    this.#draft.change(
      (state) => {
        state.count = Math.max(number, marked);
      },
      { merge: "count" },
    );
    if (number < marked) this.low.textContent = sayNumber("countLow", marked);
  }
}
