// The marks on a photo and the list below it: two views of the same people.
import { fill } from "mpm/give/ask.js";

const stage = document.querySelector("[data-stage]");
const list = document.querySelector("[data-people]");
const markShape = document.getElementById("mark-template");
const rowShape = document.getElementById("person-template");
const spoken = document.querySelector("[data-spoken]");
export const words = document.getElementById("give-words").dataset;
export const people = new Map();

export function speak(sentence, values = {}) {
  spoken.textContent = fill(sentence, values);
}

export function markOf(id) {
  return stage.querySelector(`.mark[data-person="${id}"]`);
}

/** Show a person as the server described it: new or changed. */
export function showPerson(person) {
  people.set(person.id, person);
  showMark(person);
  showRow(person);
  showChoices();
}

export function dropPerson(id) {
  const next = markOf(id).nextElementSibling ?? stage.querySelector(".mark");
  people.delete(id);
  markOf(id).remove();
  rowOf(id).remove();
  showChoices();
  (next?.isConnected ? next : document.querySelector("[data-add-form] button")).focus();
}

/** Put a mark at a place given as fractions of the photo. */
export function put(mark, x, y) {
  mark.style.setProperty("--x", `${x * 100}%`);
  mark.style.setProperty("--y", `${y * 100}%`);
}

function showMark(person) {
  let mark = markOf(person.id);
  if (!mark) {
    mark = markShape.content.firstElementChild.cloneNode(true);
    mark.dataset.person = person.id;
    mark.firstElementChild.textContent = person.number;
    const after = [...stage.querySelectorAll(".mark")].find((other) => people.get(other.dataset.person).number > person.number);
    stage.insertBefore(mark, after ?? null);
  }
  mark.setAttribute("aria-label", person.name);
  mark.toggleAttribute("data-whole", person.whole);
  put(mark, person.x, person.y);
}

function showRow(person) {
  let row = rowOf(person.id);
  if (!row) {
    row = rowShape.content.firstElementChild.cloneNode(true);
    row.dataset.person = person.id;
    row.querySelector("[data-edit]").href = person.edit;
    row.querySelector("[data-title]").textContent = person.title;
    row.querySelector("[data-remove-title]").textContent = ` ${person.title}`;
    row.querySelector("[data-remove]").action = person.remove;
    const after = [...list.children].find((other) => people.get(other.dataset.person).number > person.number);
    list.insertBefore(row, after ?? null);
  }
  row.querySelector("[data-words]").textContent = person.words;
}

/** "Nobody is in this picture" only while nobody is marked; "Next" once something was said. */
function showChoices() {
  const nobody = document.querySelector("[data-nobody]");
  nobody.hidden = people.size > 0;
  const saidNobody = nobody.querySelector("[value=no]") !== null;
  document.querySelector("[data-next]").hidden = people.size === 0 && !saidNobody;
}

function rowOf(id) {
  return list.querySelector(`[data-person="${id}"]`);
}
