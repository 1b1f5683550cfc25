// A person's own page as a sheet over this one: the same forms, the same answers, and it closes when they are kept.
import { ask } from "mpm/give/ask.js";
import { fill } from "mpm/give/words.js";
import { dataOf, load } from "mpm/inplace.js";

const READ_AFTER = 350;
const sheet = document.querySelector("[data-sheet]");
const place = sheet.querySelector("[data-sheet-forms]");
const title = sheet.querySelector("[data-sheet-title]");

let opener = null;
let page = null;
let reading = null;

/** `saved(opener)` is called when an answer is kept; `tried(request)` gives an answer or says that none came. */
export function setUpSheet(told) {
  page = told;
}

/** Open the page that this link leads to. */
export async function openSheet(link) {
  opener = link;
  const answer = await page.tried(() => load(link.href));
  if (answer && !show(answer)) {
    location.assign(answer.at);
  }
}

export function closeSheet() {
  sheet.close();
}

/** Show the forms of a person's page; whether it is one. */
function show({ page: fetched, path }) {
  const forms = [...fetched.querySelectorAll("form[data-step]")];
  if (path !== new URL(opener.href).pathname || !forms.length) {
    return false;
  }
  title.textContent = opener.dataset.edit;
  place.replaceChildren(...forms.map((form) => document.adoptNode(form)));
  const isAlone = opener.closest("ul").children.length === 1;
  place.querySelector("[data-alone]").hidden = !isAlone;
  if (!sheet.open) {
    sheet.showModal();
  }
  place.querySelector(firstFocus())?.focus();
  return true;
}

/** Where one goes on: at what was refused, at the answers for somebody else, or at the age. */
function firstFocus() {
  const wrong = [...place.querySelectorAll("[data-error]:not([hidden])")].find((error) => error.textContent.trim());
  const field = { adult: "[data-adult] button", email: "[name=email]", who: ".give-who button" }[wrong?.dataset.error];
  const asksBasis = place.querySelector("form[data-step=age]")?.hidden;
  return field ?? (asksBasis ? "[data-basis-legend]" : "[name=age]");
}

place.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { target: form, submitter } = event;
  const answer = await page.tried(() => load(form.action, dataOf(form, submitter)));
  if (answer && !show(answer)) {
    await page.saved(opener);
  }
});
place.addEventListener("click", (event) => {
  const back = event.target.closest("[data-change-age]");
  if (back) {
    event.preventDefault();
    place.querySelector("[data-adult]").hidden = true;
    place.querySelector("[name=age]").select();
  }
});
place.addEventListener("input", (event) => {
  if (event.target.form?.dataset.step === "age") {
    clearTimeout(reading);
    reading = setTimeout(readBack, READ_AFTER);
  }
});
sheet.querySelector("[data-close]").addEventListener("click", closeSheet);
sheet.addEventListener("click", (event) => {
  if (event.target === sheet) {
    closeSheet();
  }
});
sheet.addEventListener("close", () => opener?.focus());

/** Say how an age is read while it is written. */
async function readBack() {
  const form = place.querySelector("form[data-step=age]");
  const said = new URLSearchParams(["age", "taken", "born"].map((name) => [name, form.elements[name]?.value ?? ""]));
  const answer = await ask(`${sheet.dataset.age}?${said}`).catch(() => null);
  const age = answer?.understood;
  form.querySelector("[data-understood]").textContent = age ? fill(sheet.dataset.understood, { age }) : "";
}
