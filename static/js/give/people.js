// What a change does to a photo at once, before the server has heard of it.
import { fill, words } from "mpm/give/words.js";

const said = document.getElementById("sheet-words").dataset;

/** Change a photo as `change` says: { kind, person, fields, shown }. */
export function apply(photo, change) {
  MOVES[change.kind](photo, change);
}

/** The address of a person's own page, which is known before the server knows the person. */
export function personUrl(id) {
  return words.personUrl.replace(words.nil, id);
}

export function personOf(photo, id) {
  return photo.people.find((person) => person.id === id);
}

/** Put the server's words about a person in the place of ours; `keep` names what is changed again already. */
export function settle(photo, answered, keep = []) {
  const person = personOf(photo, answered.id);
  if (person) {
    const ours = Object.fromEntries(keep.map((name) => [name, person[name]]));
    Object.assign(person, answered, ours);
    sort(photo);
  }
}

const MOVES = {
  add(photo, { person: id, fields }) {
    if (!personOf(photo, id)) {
      photo.people.push(unknown(photo, id, fields));
      photo.nobody = false;
      sort(photo);
    }
  },
  move(photo, { person: id, fields }) {
    Object.assign(personOf(photo, id) ?? {}, { x: fields.x, y: fields.y });
  },
  edit(photo, { person: id, shown }) {
    const person = personOf(photo, id);
    if (person) {
      Object.assign(person, shown);
      describe(person);
    }
  },
  remove(photo, { person: id }) {
    photo.people = photo.people.filter((person) => person.id !== id);
  },
  nobody(photo, { fields }) {
    photo.nobody = fields.nobody === "yes";
  },
  decade(photo, { fields }) {
    photo.decade = fields.decade ? Number(fields.decade) : null;
  },
  frame(photo, { shown }) {
    photo.frame = shown.frame;
  },
};

function unknown(photo, id, { x, y }) {
  const taken = new Set(photo.people.map((person) => person.number));
  let number = 1;
  while (taken.has(number)) {
    number += 1;
  }
  const edit = personUrl(id);
  const person = { id, number, x, y, edit, remove: `${edit}remove/`, mask: "", basis: "" };
  return describe(Object.assign(person, { title: fill(words.person, { number }), age: "", understood: "", who: "" }));
}

/** The person in words, as the server would say it. An age that nobody could read yet is shown as it was written. */
function describe(person) {
  const parts = [person.understood || person.age || said.noAge, person.who || said.noWho];
  person.words = parts.join(", ");
  person.name = [person.title, ...parts].join(", ");
  person.whole = Boolean(person.age && person.who);
  return person;
}

function sort(photo) {
  photo.people.sort((one, other) => one.number - other.number);
}
