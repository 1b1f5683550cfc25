// Marking people: a tap or click sets a mark, arrows or a drag move it, Enter opens it, Delete removes it.
import { ask, showOffline } from "mpm/give/ask.js";
import { dropPerson, markOf, people, put, showPerson, speak, words } from "mpm/give/marks.js";
import { openPerson, openSheet } from "mpm/give/sheet.js";

const STEP = 0.01;
const LEAP = 10;
const SAVE_AFTER = 400;
const DRAG_FROM = 6;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const stage = document.querySelector("[data-stage]");
const refused = document.querySelector("[data-refused]");
const waiting = new Map();
let drag = null;
let justDragged = false;

for (const person of JSON.parse(document.getElementById("give-people").textContent)) {
  showPerson(person);
}

stage.addEventListener("click", (event) => {
  const mark = event.target.closest(".mark");
  if (justDragged) {
    justDragged = false;
  } else if (mark) {
    openSheet(mark.dataset.person);
  } else {
    const { x, y } = placeOf(event);
    add(x, y, { opens: true });
  }
});
stage.addEventListener("keydown", (event) => {
  const mark = event.target.closest(".mark");
  const arrow = ARROWS[event.key];
  if (mark && arrow) {
    event.preventDefault();
    const reach = STEP * (event.shiftKey ? LEAP : 1);
    const person = people.get(mark.dataset.person);
    move(person, person.x + arrow[0] * reach, person.y + arrow[1] * reach);
    saveSoon(person.id);
  } else if (mark && (event.key === "Delete" || event.key === "Backspace")) {
    event.preventDefault();
    remove(mark.dataset.person);
  }
});
stage.addEventListener("focusout", (event) => {
  const id = event.target.dataset?.person;
  if (waiting.has(id)) {
    save(id);
  }
});
stage.addEventListener("pointerdown", (event) => {
  const mark = event.target.closest(".mark");
  justDragged = false;
  if (mark && event.isPrimary) {
    drag = { id: mark.dataset.person, x: event.clientX, y: event.clientY, moved: false };
    mark.setPointerCapture(event.pointerId);
  }
});
stage.addEventListener("pointermove", (event) => {
  if (drag && (drag.moved || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > DRAG_FROM)) {
    drag.moved = true;
    const { x, y } = placeOf(event);
    move(people.get(drag.id), x, y);
  }
});
for (const name of ["pointerup", "pointercancel"]) {
  stage.addEventListener(name, () => {
    if (drag?.moved) {
      justDragged = true;
      save(drag.id);
    }
    drag = null;
  });
}
document.querySelector("[data-add-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  add(0.5, 0.5, { opens: false });
});
document.querySelector("[data-people]").addEventListener("click", (event) => {
  if (event.target.closest("[data-edit]")) {
    event.preventDefault();
    openSheet(event.target.closest("li").dataset.person);
  }
});
document.querySelector("[data-people]").addEventListener("submit", (event) => {
  event.preventDefault();
  remove(event.target.closest("li").dataset.person);
});
document.querySelector("[data-sheet-remove]").addEventListener("click", () => {
  const { id } = openPerson();
  document.querySelector("[data-sheet]").close();
  remove(id);
});
// A mark that was moved and not saved yet is saved before anybody leaves.
document.addEventListener("visibilitychange", () => [...waiting.keys()].forEach(save));
stage.dataset.ready = "";

function placeOf(event) {
  const box = stage.querySelector("[data-image]").getBoundingClientRect();
  return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) };
}

function move(person, x, y) {
  person.x = clamp(x);
  person.y = clamp(y);
  put(markOf(person.id), person.x, person.y);
}

function saveSoon(id) {
  clearTimeout(waiting.get(id));
  waiting.set(id, setTimeout(() => save(id), SAVE_AFTER));
}

async function save(id) {
  clearTimeout(waiting.get(id));
  waiting.delete(id);
  const person = people.get(id);
  if (person) {
    await tried(() => ask(person.move, { x: person.x, y: person.y }), () => saveSoon(id));
  }
}

async function add(x, y, { opens }) {
  const person = await tried(() => ask(stage.dataset.add, { x, y }));
  if (!person) {
    return;
  }
  showPerson(person);
  markOf(person.id).focus();
  speak(words.marked, { name: person.name });
  if (opens) {
    openSheet(person.id);
  }
}

async function remove(id) {
  const { title, remove: url } = people.get(id);
  const done = await tried(() => ask(url, {}));
  if (done) {
    clearTimeout(waiting.get(id));
    waiting.delete(id);
    dropPerson(id);
    speak(words.removed, { title });
  }
}

/** The answer, or nothing: then the page says why, and `later` is done if it was the connection. */
async function tried(request, later = null) {
  refused.hidden = true;
  try {
    const answer = await request();
    showOffline(false);
    return answer;
  } catch (error) {
    showOffline(error.status === 0);
    if (error.status === 0 && later) {
      later();
    } else {
      refused.textContent = error.body?.error || words.offline;
      refused.hidden = false;
    }
    return null;
  }
}

function clamp(fraction) {
  return Math.min(1, Math.max(0, fraction));
}
