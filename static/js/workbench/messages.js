// What the workbench says: sentences of the page filled in, spoken politely, and a bar for what is in the way.

import { element } from "mpm/workbench/element.js";

const words = document.getElementById("words").dataset;
const spoken = document.getElementById("said");
const bar = document.getElementById("trouble");
const problem = document.getElementById("problem");
// As pages write days: 3 Nov 2026.
const language = document.documentElement.lang;
const locale = language === "en" ? "en-GB" : language;

export function say(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

// One of two sentences, by number: `name`One or `name`Many.
export const sayNumber = (name, number) => say(`${name}${number === 1 ? "One" : "Many"}`, { number });

// With the day, where it is another than today's.
export function moment(time) {
  const at = new Date(time);
  if (at.toDateString() === new Date().toDateString()) return clock(time);
  return `${at.toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric" })}, ${clock(time)}`;
}

export const clock = (time) =>
  new Date(time).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", hour12: false });

// Said twice it differs by a space, or it would be spoken only once.
export function announce(text) {
  spoken.textContent = spoken.textContent === text ? `${text}\u00a0` : text;
}

// What hinders for longer: `kind` is one word for it, `way` out { text, href or press }.
export function hinder(kind, text, way = null) {
  bar.dataset.kind = kind;
  bar.hidden = false;
  const [words, ...rest] = bar.children;
  rest.forEach((one) => one.remove());
  words.textContent = text;
  if (way?.href) bar.append(element("a", { className: "button button-secondary", href: way.href, textContent: way.text }));
  if (way?.press) bar.append(button(kind, way));
}

// This does not hinder any more; what else does still stands.
export function unhinder(kind) {
  if (bar.dataset.kind === kind) bar.hidden = true;
}

function button(kind, { text, press }) {
  const made = element("button", { type: "button", className: "button button-secondary", textContent: text });
  made.addEventListener("click", () => {
    unhinder(kind);
    press();
  });
  return made;
}

// What is wrong with the answer on the screen; empty when it was put right.
export function refuse(text) {
  problem.textContent = text;
  problem.hidden = !text;
  if (text) problem.scrollIntoView({ block: "nearest" });
}
