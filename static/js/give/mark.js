// Marking people on the open photo: a tap sets a mark, arrows or a drag move it, Enter opens it, Delete removes it.
import { commit } from "mpm/give/changes.js";
import { setUpFrame } from "mpm/give/frame.js";
import { Loupe, drawAround } from "mpm/give/loupe.js";
import { markOf, put, showPeople } from "mpm/give/marks.js";
import { personOf } from "mpm/give/people.js";
import { ARROWS, clamp } from "mpm/picture/place.js";
import { showPicture } from "mpm/give/picture.js";
import { openSheet, showRefusal } from "mpm/give/sheet.js";
import { Stage } from "mpm/give/stage.js";
import { isWhole, nextToMark, touch } from "mpm/give/store.js";
import { opened, showList, showMark } from "mpm/give/views.js";
import { speak, words } from "mpm/give/words.js";
import { Zoom } from "mpm/picture/zoom.js";

const STEP = 0.01;
const LEAP = 10;
// CSS pixels of the photo that the sheet shows around a mark.
const AROUND = 96;
const SAVE_AFTER = 400;
const ZOOMS = { "+": "in", "=": "in", "-": "out", 0: "fit" };

const view = document.querySelector(".give-mark");
const stage = view.querySelector("[data-stage]");
const plane = view.querySelector("[data-plane]");
const nobodyForm = view.querySelector("[data-nobody]");
const decade = view.querySelector("[data-decade] select");
const refused = view.querySelector("[data-refused]");
const zoom = new Zoom(stage, plane, view.querySelector("[data-zoom]"));
const loupe = new Loupe(view.querySelector("[data-loupe]"), view.querySelector("[data-stage-frame]"), plane);
const unsaved = new Map();
let goOn = () => {};

/** `onward(photo)` is called when everything was said about a photo, or Next was pressed. */
export function setUpMarking(onward) {
  goOn = onward;
  const acts = { add: (place) => add(place, { opens: true }), open, move, moved: save };
  new Stage({ stage, plane, zoom, loupe, acts });
  decade.form.querySelector("[data-plain]").hidden = true;
}

/** Show the open photo afresh. */
export function showPhoto(photo) {
  zoom.fit();
  refused.hidden = true;
  for (const mark of plane.querySelectorAll(".mark")) {
    mark.remove();
  }
  refresh(photo);
}

/** Bring the view to what is known of the open photo. */
export function refresh(photo) {
  showPicture(photo, nextToMark(photo));
  showPeople(photo);
  setUpFrame(stage, { photo, speak });
  nobodyForm.hidden = photo.people.length > 0;
  nobodyForm.querySelector("[value=yes]").hidden = photo.nobody;
  nobodyForm.querySelector("[data-nobody-said]").hidden = !photo.nobody;
  view.querySelector("[data-next]").hidden = !photo.people.length && !photo.nobody;
  decade.value = photo.decade ?? "";
}

stage.addEventListener("keydown", (event) => {
  const id = event.target.closest(".mark")?.dataset.person;
  const arrow = ARROWS[event.key];
  if (id && arrow) {
    event.preventDefault();
    const reach = STEP * (event.shiftKey ? LEAP : 1);
    const { x, y } = personOf(opened(), id);
    move(id, { x: clamp(x + arrow[0] * reach), y: clamp(y + arrow[1] * reach) });
    zoom.reveal(personOf(opened(), id));
    saveSoon(id);
  } else if (id && (event.key === "Delete" || event.key === "Backspace")) {
    event.preventDefault();
    remove(opened(), id);
  }
});
// The frame's corners ask to be seen, too.
stage.addEventListener("reveal", (event) => zoom.reveal(event.detail));
stage.addEventListener("focusin", (event) => {
  const person = personOf(opened(), event.target.dataset.person);
  if (person) {
    zoom.reveal(person);
  }
});
stage.addEventListener("focusout", (event) => {
  if (unsaved.has(event.target.dataset?.person)) {
    save(event.target.dataset.person);
  }
});
view.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, select, textarea");
  if (ZOOMS[event.key] && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    zoom[ZOOMS[event.key]]();
  }
});
view.querySelector("[data-add-form]").addEventListener("submit", (event) => {
  event.preventDefault();
  add({ x: 0.5, y: 0.5 }, { opens: false });
});
view.querySelector("[data-people]").addEventListener("click", (event) => {
  if (event.target.closest("[data-edit]")) {
    event.preventDefault();
    open(event.target.closest("li").dataset.person);
  }
});
view.querySelector("[data-people]").addEventListener("submit", (event) => {
  event.preventDefault();
  remove(opened(), event.target.closest("li").dataset.person);
});
nobodyForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const photo = opened();
  const nobody = event.submitter?.value ?? "yes";
  tried(photo, { kind: "nobody", fields: { nobody } });
  if (nobody === "yes") {
    goOn(photo);
  }
});
decade.addEventListener("change", () => tried(opened(), { kind: "decade", fields: { decade: decade.value } }));
decade.form.addEventListener("submit", (event) => event.preventDefault());
view.querySelector("[data-next]").addEventListener("click", (event) => {
  event.preventDefault();
  const photo = opened();
  const missing = photo.people.find((person) => !person.whole);
  if (missing && !isWhole(photo)) {
    open(missing.id);
  } else {
    goOn(photo);
  }
});
view.querySelector("[data-to-list]").addEventListener("click", (event) => {
  event.preventDefault();
  showList();
});
// A mark that was moved and not saved yet is saved before anybody leaves.
document.addEventListener("visibilitychange", () => [...unsaved.keys()].forEach(save));
addEventListener("pagehide", () => [...unsaved.keys()].forEach(save));

function add(place, { opens }) {
  const photo = opened();
  const id = crypto.randomUUID();
  tried(photo, { kind: "add", person: id, fields: { id, x: place.x, y: place.y } });
  showPeople(photo);
  const { name } = personOf(photo, id);
  markOf(id).focus({ preventScroll: true });
  speak(words.marked, { name });
  if (opens) {
    open(id);
  }
}

/** The mark follows at once; its place is sent when it rests. */
function move(id, place) {
  Object.assign(personOf(opened(), id), place);
  put(markOf(id), place);
  unsaved.set(id, { photo: opened(), timer: unsaved.get(id)?.timer });
}

function saveSoon(id) {
  clearTimeout(unsaved.get(id).timer);
  unsaved.get(id).timer = setTimeout(() => save(id), SAVE_AFTER);
}

function save(id) {
  const { photo, timer } = unsaved.get(id) ?? {};
  clearTimeout(timer);
  unsaved.delete(id);
  const person = photo && personOf(photo, id);
  if (person) {
    tried(photo, { kind: "move", person: id, fields: { x: person.x, y: person.y } });
  }
}

function remove(photo, id) {
  const { title } = personOf(photo, id);
  clearTimeout(unsaved.get(id)?.timer);
  unsaved.delete(id);
  tried(photo, { kind: "remove", person: id, fields: {} });
  speak(words.removed, { title });
}

function open(id) {
  const photo = opened();
  const person = personOf(photo, id);
  if (person) {
    markOf(id)?.setAttribute("aria-pressed", "true");
    openSheet(person, pageOf(photo, id));
  }
}

/** What the sheet of a person on this photo asks of this page. */
function pageOf(photo, id) {
  return {
    others: photo.people.filter((other) => other.id !== id),
    drawFace: (canvas) => drawFace(canvas, photo, id),
    save: (fields, shown) => change(photo, { kind: "edit", person: id, fields, shown }, { isAsked: Boolean(fields.email !== undefined) }),
    remove: () => remove(photo, id),
    closed: (who) => closed(photo, id, who),
  };
}

/** The sheet covers the photo, so it shows whom it is about; false where there is nothing to be seen. */
function drawFace(canvas, photo, id) {
  const source = opened() === photo && plane.querySelector("[data-image]");
  if (source) {
    drawAround(canvas, source, { ...personOf(photo, id), part: AROUND / plane.clientWidth });
  }
  return Boolean(source);
}

function closed(photo, id, who) {
  const mark = opened() === photo ? markOf(id) : null;
  mark?.removeAttribute("aria-pressed");
  if (who === "alone") {
    goOn(photo);
    return;
  }
  mark?.focus({ preventScroll: true });
  if (who) {
    speak(words.said, { name: personOf(photo, id)?.name ?? "" });
  }
}

function tried(photo, item) {
  change(photo, item).catch(() => {});
}

/** Commit a change; whatever the server refuses is said where it can be put right. */
function change(photo, item, { isAsked = false } = {}) {
  refused.hidden = true;
  const done = commit(photo, item);
  done.catch((refusal) => (isAsked && isOpen() ? null : failed(photo, item, refusal)));
  return done;
}

function isOpen() {
  return document.querySelector("[data-sheet]").open;
}

/** The server said no to something that was shown already: open the photo and the sheet again, with its sentence. */
export function failed(photo, item, refusal) {
  if (refusal.status === 409) {
    return;
  }
  if (opened() !== photo && photo.state !== "refused") {
    showMark(photo);
  }
  const person = item.kind === "edit" ? personOf(photo, item.person) : null;
  if (person) {
    const attempted = item.fields.age === undefined ? person : { ...person, age: item.fields.age };
    showRefusal(attempted, pageOf(photo, person.id), refusal.body.error ? refusal.body : { error: words.trouble });
  } else {
    refused.textContent = refusal.body.error || words.trouble;
    refused.hidden = false;
  }
  touch(photo);
}
