// The marks on the open photo and the list below it: two views of the same people.

const plane = document.querySelector("[data-plane]");
const list = document.querySelector("[data-people]");
const markShape = document.getElementById("mark-template");
const rowShape = document.getElementById("person-template");

export function markOf(id) {
  return plane.querySelector(`.mark[data-person="${id}"]`);
}

/** Bring marks and rows to the photo's people; the focus goes on to a neighbour of a mark that is gone. */
export function showPeople(photo) {
  const ids = new Set(photo.people.map((person) => person.id));
  for (const old of [...plane.querySelectorAll(".mark"), ...list.children]) {
    if (!ids.has(old.dataset.person)) {
      leave(old);
    }
  }
  for (const person of photo.people) {
    showMark(person);
    showRow(person);
  }
}

/** Put a mark at a place given as fractions of the photo. */
export function put(mark, { x, y }) {
  mark.style.setProperty("--x", `${x * 100}%`);
  mark.style.setProperty("--y", `${y * 100}%`);
}

function leave(old) {
  const hadFocus = old.contains(document.activeElement);
  const next = old.nextElementSibling ?? old.previousElementSibling;
  old.remove();
  if (hadFocus) {
    const target = next?.matches(".mark") ? next : next?.querySelector("a, button");
    (target ?? document.querySelector("[data-add-form] button")).focus();
  }
}

function showMark(person) {
  const mark = markOf(person.id) ?? plane.appendChild(shaped(markShape, person));
  mark.dataset.number = mark.firstElementChild.textContent = person.number;
  mark.setAttribute("aria-label", person.name);
  mark.toggleAttribute("data-whole", person.whole);
  put(mark, person);
  follow(mark, [...plane.querySelectorAll(".mark")]);
}

function showRow(person) {
  const old = list.querySelector(`[data-person="${person.id}"]`);
  const row = old ?? list.appendChild(shaped(rowShape, person));
  row.dataset.number = person.number;
  row.querySelector("[data-edit]").href = person.edit;
  row.querySelector("[data-title]").textContent = person.title;
  row.querySelector("[data-words]").textContent = person.words;
  row.querySelector("[data-remove-title]").textContent = ` ${person.title}`;
  row.querySelector("[data-remove]").action = person.remove;
  follow(row, [...list.children]);
}

function shaped(shape, person) {
  const element = shape.content.firstElementChild.cloneNode(true);
  element.dataset.person = person.id;
  return element;
}

/** Keep the order of the numbers, and move nothing that stands right: moving takes the focus away. */
function follow(element, all) {
  const after = all.find((other) => other !== element && Number(other.dataset.number) > Number(element.dataset.number));
  if (after && element.compareDocumentPosition(after) & Node.DOCUMENT_POSITION_PRECEDING) {
    after.before(element);
  }
}
