// What will be answered for one photo: one state that the picture and the rail both show, with undo. Nothing here knows
// the page.
//
// "change" is dispatched after every change, "select" when another person is the current one (detail: its id or null).

import { within } from "mpm/workbench/box.js";
import { WHOLE } from "mpm/workbench/frames.js";

const MOST_STEPS = 200;

const copy = (state) => structuredClone(state);

function said(task) {
  return {
    people: task.people.map((person) => ({
      id: person.mark,
      mark: person.mark,
      suggestion: null,
      x: person.x,
      y: person.y,
      box: null,
      age: person.years,
      low: person.low,
      high: person.high,
    })),
    // Empty: as many as stand in the list.
    count: null,
    corners: [...(task.frame ?? WHOLE)],
    covers: [],
    terms: [],
    exclusion: "",
    note: "",
  };
}

export class Draft extends EventTarget {
  #state;
  #past = [];
  #merging = null;
  #selected = null;

  // `kept` is a state that was kept before: by this browser, or by the server of an answer that was taken back.
  constructor(task, kept = null) {
    super();
    this.task = task;
    this.#state = copy(kept ?? said(task));
  }

  // Not to be changed by whoever reads it.
  get state() {
    return this.#state;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get selected() {
    return this.#state.people.find(({ id }) => id === this.#selected) ?? null;
  }

  get count() {
    return Math.max(this.#state.count ?? 0, this.#state.people.length);
  }

  // `edit` changes a copy of the state. Steps that follow each other with the same `merge` word are undone as one.
  change(edit, { merge = null } = {}) {
    const next = copy(this.#state);
    edit(next);
    if (merge === null || merge !== this.#merging) this.#past.push(this.#state);
    if (this.#past.length > MOST_STEPS) this.#past.shift();
    this.#merging = merge;
    this.#state = next;
    this.#tell();
  }

  // The next step is one of its own, whatever it merges with: a drag has ended.
  pause() {
    this.#merging = null;
  }

  undo() {
    if (!this.canUndo) return false;
    this.#state = this.#past.pop();
    this.#merging = null;
    this.#tell();
    return true;
  }

  // As the contributor said; what was covered and described stays.
  asSaid() {
    const { people, count } = said(this.task);
    this.change((state) => Object.assign(state, { people, count }));
  }

  select(id) {
    if (id === this.#selected) return;
    this.#selected = id;
    this.dispatchEvent(new CustomEvent("select", { detail: id }));
  }

  add({ x = 0.5, y = 0.5, box = null, suggestion = null } = {}) {
    const id = crypto.randomUUID();
    this.change((state) => {
      state.people.push({ id, mark: null, suggestion, x, y, box, age: null, low: null, high: null });
    });
    this.select(id);
    return id;
  }

  // The neighbour is the current one then, so that focus has somewhere to go; null when nobody is left.
  remove(id) {
    const index = this.#state.people.findIndex((person) => person.id === id);
    if (index < 0) return;
    this.change((state) => state.people.splice(index, 1));
    this.select(this.#state.people[Math.min(index, this.#state.people.length - 1)]?.id ?? null);
  }

  edit(id, changes, options) {
    this.change((state) => {
      const person = state.people.find((one) => one.id === id);
      if (person) Object.assign(person, changes);
    }, options);
  }

  // A person's mark moved by fractions, with the box around it, both inside the picture.
  move(id, dx, dy, options = { merge: `move ${id}` }) {
    const person = this.#state.people.find((one) => one.id === id);
    if (!person) return;
    const [left, top, right, bottom] = person.box ?? [person.x, person.y, person.x, person.y];
    const x = within(dx, -Math.min(left, person.x), 1 - Math.max(right, person.x));
    const y = within(dy, -Math.min(top, person.y), 1 - Math.max(bottom, person.y));
    const box = person.box && [left + x, top + y, right + x, bottom + y];
    this.edit(id, { x: person.x + x, y: person.y + y, box }, options);
  }

  // What an answer of people still lacks: the first person without an age, or null.
  firstWithoutAge() {
    return this.#state.people.find(({ age }) => age === null || !(age >= 0 && age < 130)) ?? null;
  }

  // As the server takes it; `kind` is "people", "excluded" or "undecided".
  answer(kind) {
    const { people, corners, covers, terms, exclusion, note } = this.#state;
    return {
      answer: kind,
      people: kind === "people" ? people.map(({ id, ...person }) => person) : [],
      count: kind === "people" ? this.count : 0,
      corners,
      covers: kind === "people" ? covers : [],
      terms: kind === "people" ? terms : [],
      exclusion: kind === "excluded" ? exclusion : "",
      note: kind === "people" ? "" : note,
    };
  }

  #tell() {
    if (this.#selected !== null && !this.selected) this.#selected = null;
    this.dispatchEvent(new CustomEvent("change"));
  }
}
