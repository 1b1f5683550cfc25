// The sheet of one person: the age in the person's own words, read back, and who it is. It works like its page.
import { ask, fill } from "mpm/give/ask.js";
import { markOf, people, showPerson, speak, words } from "mpm/give/marks.js";

const READ_AFTER = 350;
const sheet = document.querySelector("[data-sheet]");
const [ageForm, basisForm, inviteForm] = sheet.querySelectorAll("form[data-step]");
const age = ageForm.querySelector("[name=age]");
const understood = ageForm.querySelector("[data-understood]");
const adult = ageForm.querySelector("[data-adult]");
const email = inviteForm.querySelector("[name=email]");
const invited = inviteForm.querySelector("[data-invited]");

let person = null;
let lastWho = "";
let reading = null;

export function openSheet(id) {
  person = people.get(id);
  sheet.querySelector("[data-sheet-title]").textContent = person.title;
  ageForm.action = person.edit;
  basisForm.action = person.edit;
  inviteForm.action = person.edit;
  age.value = person.age;
  email.value = "";
  showInvited();
  understood.textContent = person.understood ? fill(words.understood, { age: person.understood }) : "";
  const others = [...people.values()].some((other) => other.id !== id);
  ageForm.querySelector("[data-alone]").hidden = others;
  showStep(ageForm);
  clearErrors();
  markOf(id).setAttribute("aria-pressed", "true");
  sheet.showModal();
  age.focus();
}

/** The person whose sheet is open. */
export function openPerson() {
  return person;
}

sheet.addEventListener("close", () => {
  const mark = markOf(person.id);
  mark?.removeAttribute("aria-pressed");
  mark?.focus();
});
sheet.querySelector("[data-close]").addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => {
  if (event.target === sheet) {
    sheet.close();
  }
});
sheet.querySelector("[data-change-age]").addEventListener("click", (event) => {
  event.preventDefault();
  adult.hidden = true;
  age.select();
});
age.addEventListener("input", () => {
  clearTimeout(reading);
  reading = setTimeout(readBack, READ_AFTER);
});
for (const form of [ageForm, basisForm, inviteForm]) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, event.submitter);
  });
}

async function readBack() {
  const text = age.value.trim();
  const answer = text ? await ask(`${ageForm.action}?age=${encodeURIComponent(text)}`).catch(() => null) : null;
  if (age.value.trim() !== text) {
    return;
  }
  if (answer) {
    understood.textContent = answer.understood ? fill(words.understood, { age: answer.understood }) : words.unread;
  } else {
    understood.textContent = "";
  }
}

async function save(form, button) {
  clearErrors();
  const isAdult = button?.name === "adult";
  const who = isAdult ? lastWho : (button?.value ?? "");
  lastWho = who;
  const fields = { who };
  if (form === ageForm) {
    fields.age = age.value;
  } else if (form === inviteForm) {
    fields.email = email.value;
  }
  if (isAdult) {
    fields.adult = "on";
  }
  const asked = person;
  try {
    const answer = await ask(form.action, fields);
    showPerson(answer.person);
    if (sheet.open && person === asked) {
      saved(answer, who);
    }
  } catch (error) {
    if (error.status !== 409) {
      showError(error.body?.field ?? "age", error.body?.error ?? words.offline);
    }
  }
}

function saved(answer, who) {
  person = answer.person;
  understood.textContent = person.understood ? fill(words.understood, { age: person.understood }) : "";
  if (answer.next) {
    location.assign(answer.next);
  } else if (who === "other") {
    showStep(basisForm);
    basisForm.querySelector("[data-basis-legend]").focus();
  } else if (who === "") {
    ageForm.querySelector(".give-who button:not([hidden])").focus();
  } else {
    speak(words.said, { name: person.name });
    sheet.close();
  }
}

function showStep(form) {
  ageForm.hidden = form !== ageForm;
  basisForm.hidden = form !== basisForm;
  inviteForm.hidden = form !== basisForm;
}

function showInvited() {
  invited.textContent = person.mask ? fill(words.invited, { mask: person.mask }) : "";
  invited.hidden = !person.mask;
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
    age.setAttribute("aria-invalid", "true");
    age.focus();
  } else if (field === "email") {
    email.setAttribute("aria-invalid", "true");
    email.focus();
  }
  speak(sentence);
}
