// The sheet of one person: the age in the person's own words, read back, and who it is. It works like its page.
import { ask } from "mpm/give/ask.js";
import { fill, speak } from "mpm/give/words.js";

const READ_AFTER = 350;
const ANSWER_WITHIN = 1500;
// A second press of the same finger, in ms after the sheet closed and CSS pixels from where it closed.
const HASTE = 500;
const SAME_SPOT = 24;
const TWO_YEARS = /^(\d{4}) - (\d{4})$/;
const words = document.getElementById("sheet-words").dataset;
const sheet = document.querySelector("[data-sheet]");
const [ageForm, basisForm, inviteForm] = sheet.querySelectorAll("form[data-step]");
const { age, taken, born } = ageForm.elements;
const years = ageForm.querySelector("[data-years]");
const understood = ageForm.querySelector("[data-understood]");
const adult = ageForm.querySelector("[data-adult]");
const { email } = inviteForm.elements;
const face = sheet.querySelector("[data-face]");
const invited = inviteForm.querySelector("[data-invited]");

let person = null;
let page = null;
let who = "";
let isAnswered = false;
let isOver = true;
let press = { x: 0, y: 0, until: 0 };
let reading = null;
const readings = new Map();

/**
 * Open the sheet of a person, as the server describes one. page: `others`, the other people of the photo;
 * `drawFace(canvas)`, whether there was something to draw; `save(fields, shown)`, which resolves with the person or
 * rejects with Refused; `remove()`; `closed(who)`, empty without an answer.
 */
export function openSheet(opened, opener) {
  [person, page, who, isAnswered, isOver] = [opened, opener, "", false, false];
  sheet.querySelector("[data-sheet-title]").textContent = person.title;
  face.hidden = !page.drawFace(face);
  for (const form of [ageForm, basisForm, inviteForm]) {
    form.action = person.edit;
  }
  showAge();
  email.value = "";
  invited.textContent = person.mask ? fill(words.invited, { mask: person.mask }) : "";
  invited.hidden = !person.mask;
  ageForm.querySelector("[data-alone]").hidden = page.others.length > 0;
  showStep(ageForm);
  clearErrors();
  if (!sheet.open) {
    sheet.showModal();
  }
  age.focus();
}

/** Open it with the server's no: `field` is age, adult, who or email. */
export function showRefusal(refused, opener, { field = "age", error }) {
  openSheet(refused, opener);
  if (field === "email") {
    showStep(basisForm);
  }
  showError(field, error);
}

export function closeSheet() {
  sheet.close();
  end();
}

/** Told at once and once: the dialog's own event comes later, when the next sheet may be open already. */
function end() {
  if (!isOver && !sheet.open) {
    isOver = true;
    press.until = performance.now() + HASTE;
    page.closed(isAnswered ? who : "");
  }
}

sheet.addEventListener("close", end);
sheet.addEventListener("click", ({ clientX, clientY }) => (press = { x: clientX, y: clientY, until: 0 }), { capture: true });
// Whoever presses twice meant the sheet, not what came to lie under the finger.
document.addEventListener(
  "click",
  (event) => {
    const isNear = Math.hypot(event.clientX - press.x, event.clientY - press.y) < SAME_SPOT;
    if (isOver && event.detail > 0 && isNear && performance.now() < press.until) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  { capture: true },
);
sheet.querySelector("[data-close]").addEventListener("click", closeSheet);
sheet.addEventListener("click", (event) => {
  if (event.target === sheet) {
    closeSheet();
  }
});
sheet.querySelector("[data-sheet-remove]").addEventListener("click", () => {
  closeSheet();
  page.remove();
});
sheet.querySelector("[data-change-age]").addEventListener("click", (event) => {
  event.preventDefault();
  adult.hidden = true;
  age.select();
});
for (const input of [age, taken, born]) {
  input.addEventListener("input", () => {
    // One way of saying it at a time.
    if (input === age) {
      taken.value = born.value = "";
    } else {
      age.value = "";
    }
    // What was asked was asked of another age.
    adult.hidden = true;
    clearTimeout(reading);
    reading = setTimeout(readBack, READ_AFTER);
  });
}
for (const form of [ageForm, basisForm, inviteForm]) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form, event.submitter);
  });
}

/** The age as it is sent and kept: as written, or the two years. */
function written() {
  return taken.value.trim() && born.value.trim() ? `${taken.value.trim()} - ${born.value.trim()}` : age.value.trim();
}

function showAge() {
  const [, yearTaken = "", yearBorn = ""] = TWO_YEARS.exec(person.age) ?? [];
  const known = page.others.map((other) => TWO_YEARS.exec(other.age)?.[1]).find(Boolean);
  age.value = yearTaken ? "" : person.age;
  taken.value = yearTaken;
  born.value = yearBorn;
  years.open = Boolean(yearTaken);
  // The others in this photo were photographed in the same year.
  taken.placeholder = known ?? "";
  understood.textContent = person.understood ? fill(words.understood, { age: person.understood }) : "";
}

/** How the server understands an age: { understood, adult, error }, or null when it cannot be asked now. */
async function read(text) {
  if (!readings.has(text)) {
    const answer = await ask(`${words.ageUrl}?age=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer) {
      return null;
    }
    readings.set(text, answer);
  }
  return readings.get(text);
}

async function readBack() {
  const text = written();
  const answer = text ? await read(text) : null;
  if (written() === text) {
    const sentence = answer?.understood ? fill(words.understood, { age: answer.understood }) : words.unread;
    understood.textContent = answer ? sentence : "";
  }
}

async function submit(form, button) {
  clearErrors();
  const isAdult = button?.name === "adult";
  who = isAdult ? who : (button?.value ?? "");
  const asked = person;
  const fields = { who, ...(form === inviteForm && { email: email.value }), ...(isAdult && { adult: "on" }) };
  const shown = form === ageForm ? await aged(fields, isAdult) : { basis: who, who: named(form, button) };
  if (!shown || person !== asked || !sheet.open) {
    return;
  }
  const saving = page.save(fields, shown);
  if (form === inviteForm && !(await isTaken(saving))) {
    return;
  }
  saving.catch(() => {});
  saved();
}

/** What the age form says, shown at once; null when something has to be asked first. */
async function aged(fields, isAdult) {
  const text = written();
  const answer = text ? await read(text) : { error: words.write };
  if (answer?.error && !(answer.adult && isAdult)) {
    showError(answer.adult ? "adult" : "age", answer.error);
    return null;
  }
  const self = ["alone", "me"].includes(who) && page.others.find((other) => other.basis === "self");
  if (self) {
    showError("who", fill(words.already, { number: self.number }));
    return null;
  }
  fields.age = text;
  const shown = { age: text, understood: answer?.understood ?? "" };
  understood.textContent = shown.understood ? fill(words.understood, { age: shown.understood }) : "";
  if (who === "alone" || who === "me") {
    Object.assign(shown, { basis: "self", who: words.self });
  } else if (who === "other") {
    Object.assign(shown, { basis: "", who: "" });
  }
  return shown;
}

function named(form, button) {
  return form === inviteForm ? words.asked : button.dataset.label;
}

/** Whether an invitation was taken, or at least not refused while somebody waits for it. */
async function isTaken(saving) {
  const slow = new Promise((resolve) => {
    setTimeout(resolve, ANSWER_WITHIN);
  });
  try {
    await Promise.race([saving, slow]);
    return true;
  } catch (refusal) {
    if (sheet.open) {
      showError(refusal.body?.field ?? "email", refusal.body?.error ?? "");
    }
    return false;
  }
}

function saved() {
  if (who === "other") {
    showStep(basisForm);
    basisForm.querySelector("[data-basis-legend]").focus();
  } else if (who === "") {
    ageForm.querySelector(".give-who button:not([hidden])").focus();
  } else {
    isAnswered = true;
    closeSheet();
  }
}

function showStep(form) {
  ageForm.hidden = form !== ageForm;
  basisForm.hidden = form !== basisForm;
  inviteForm.hidden = form !== basisForm;
}

function clearErrors() {
  adult.hidden = true;
  for (const place of sheet.querySelectorAll("[data-error]")) {
    place.textContent = "";
    if (place.classList.contains("error")) {
      place.hidden = true;
    }
  }
  age.removeAttribute("aria-invalid");
  email.removeAttribute("aria-invalid");
}

/** The words beside the field that they are about, and the focus where one goes on. */
function showError(field, sentence) {
  const place = sheet.querySelector(`[data-error="${field}"]`);
  place.textContent = sentence;
  place.hidden = false;
  if (field === "adult") {
    adult.hidden = false;
    adult.querySelector("button").focus();
  } else if (field === "age") {
    const input = years.open && !age.value ? taken : age;
    age.setAttribute("aria-invalid", "true");
    input.focus();
  } else if (field === "email") {
    email.setAttribute("aria-invalid", "true");
    email.focus();
  }
  speak(sentence);
}
