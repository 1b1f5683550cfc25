// The annotators' workbench: people, ages and crop by pointer or by keyboard alone; one form post saves all of it.
import { People } from "mpm/workbench/people.js";
import { Crop } from "mpm/workbench/crop.js";
import { Covers } from "mpm/workbench/covers.js";
import { Suggestions } from "mpm/workbench/suggestions.js";
import { Texts } from "mpm/workbench/texts.js";
import { offerReading } from "mpm/workbench/reading.js";
import { keepLease } from "mpm/workbench/lease.js";
import { listen } from "mpm/workbench/keys.js";

const form = document.getElementById("answer");
const stage = document.getElementById("stage");
const words = document.getElementById("words").dataset;
const problem = document.getElementById("problem");
const exclude = document.getElementById("exclude");
const given = JSON.parse(document.getElementById("persons").textContent);
const seen = JSON.parse(document.getElementById("suggestions").textContent);
const opened = Date.now();

// The key makes a second press of Save one reading; a new page load draws a new one.
form.elements.key.value = crypto.randomUUID();

const people = new People({
  stage,
  list: document.getElementById("people"),
  count: document.getElementById("count"),
  words,
  given,
});
const crop = new Crop({
  stage,
  frame: document.getElementById("crop-frame"),
  button: document.getElementById("crop"),
  fields: form.elements,
  found: document.getElementById("found-frame"),
});
const covers = new Covers({ stage, words });
const texts = new Texts({ stage, list: document.getElementById("texts"), words, texts: seen.text, covers, crop, people });
const suggestions = new Suggestions({
  stage,
  people,
  words,
  faces: seen.face,
  note: document.getElementById("faces-left"),
  count: document.getElementById("faces-count"),
});

function refuse(text, field) {
  problem.textContent = text;
  problem.hidden = false;
  field?.focus();
}

function save(event) {
  const excluding = Boolean(form.elements.exclusion.value) || event.submitter?.name === "exclude";
  if (excluding && !form.elements.exclusion.value) {
    event.preventDefault();
    exclude.open = true;
    refuse(words.needReason, form.elements.exclusion);
    return;
  }
  const lacking = excluding ? null : people.firstWithoutAge();
  if (lacking) {
    event.preventDefault();
    refuse(words.needAge, lacking);
    return;
  }
  form.elements.people.value = JSON.stringify(excluding ? [] : people.answer());
  form.elements.covers.value = JSON.stringify(excluding ? [] : covers.answer());
  form.elements.seconds.value = String(Math.min(86_400, Math.round((Date.now() - opened) / 1000)));
}

form.addEventListener("submit", save);
document.getElementById("add").addEventListener("click", () => people.add());
document.getElementById("as-said").addEventListener("click", () => asSaid());

document.getElementById("take-face").addEventListener("click", () => suggestions.takeNext());
document.getElementById("add-cover").addEventListener("click", () => covers.add().shown.focus());
document.getElementById("exclude-text").addEventListener("click", () => {
  startExcluding();
  form.elements.exclusion.value = "identifying_text";
});
document.getElementById("use-found")?.addEventListener("click", () => crop.useFound());

function startExcluding() {
  exclude.open = true;
  form.elements.exclusion.focus();
}

function asSaid() {
  people.reset();
  form.requestSubmit();
}

listen({
  Enter: () => form.requestSubmit(),
  a: asSaid,
  n: () => people.add(),
  b: () => crop.toggle(),
  s: () => document.querySelector('#put-back [name="not_now"]').click(),
  f: () => suggestions.takeNext(),
  u: () => crop.useFound(),
  t: () => texts.focus(),
  k: () => covers.add().shown.focus(),
  x: startExcluding,
});

offerReading({
  offer: document.getElementById("read-text"),
  url: words.read,
  form,
  tell: (read) => {
    texts.tell(read);
    texts.focus();
  },
  refuse: () => {
    const said = document.getElementById("text-problem");
    said.textContent = words.unreadable;
    said.hidden = false;
  },
});

keepLease({
  url: words.renew,
  form,
  lost: () => refuse(words.lost),
});
