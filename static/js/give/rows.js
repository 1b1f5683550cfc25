// The list of photos: one row each, which always says in words where its photo stands. The server holds the list.
import { fill } from "mpm/give/ask.js";

const list = document.querySelector("[data-rows]");
const shape = document.getElementById("row-template");
const words = document.getElementById("give-words").dataset;
const spoken = document.querySelector("[data-spoken]");

/** Say something once to a screen reader, without moving anybody. */
export function speak(sentence) {
  spoken.textContent = sentence;
}

export function rows() {
  return [...list.children];
}

export function rowOf(id) {
  return rows().find((row) => row.dataset.photo === id);
}

/** A row for a file that waits to be sent. */
export function addRow(number, bytes) {
  const row = shape.content.firstElementChild.cloneNode(true);
  row.dataset.state = "waiting";
  row.dataset.bytes = bytes;
  name(row, number);
  list.append(row);
  say(row, words.waiting);
  return row;
}

function name(row, number) {
  const title = fill(words.title, { number });
  row.dataset.number = number;
  part(row, "title").textContent = title;
  part(row, "bar").setAttribute("aria-label", title);
  part(row, "remove-title").textContent = ` ${title}`;
}

export function say(row, sentence) {
  const place = part(row, "words");
  if (place.textContent !== sentence) {
    place.textContent = sentence;
  }
}

/** Show how much was sent. A second try begins anew, but the bar never goes back. */
export function showSent(row, percent) {
  const bar = part(row, "bar");
  bar.hidden = false;
  bar.value = Math.max(bar.value, percent);
  say(row, bar.value < 100 ? fill(words.sending, { percent: bar.value }) : words.checking);
}

export function showRefused(row, sentence) {
  row.dataset.state = "refused";
  part(row, "bar").hidden = true;
  say(row, words.notKept);
  const place = part(row, "error");
  place.textContent = sentence;
  place.hidden = false;
  speak(sentence);
}

/** Bring a row to what the server says about its photo; each photo is announced once. */
export function show(row, photo) {
  const before = row.dataset.state;
  row.dataset.photo = photo.id;
  row.dataset.bytes = photo.bytes;
  name(row, photo.number);
  part(row, "remove").action = photo.remove;
  part(row, "bar").hidden = true;
  const preview = part(row, "preview");
  if (photo.preview && !preview.getAttribute("src")) {
    preview.src = photo.preview;
    preview.hidden = false;
  }
  if (photo.error && before !== "refused") {
    showRefused(row, photo.error);
    return;
  }
  row.dataset.state = photo.state;
  say(row, photo.words);
  if (before === "waiting" || before === "sending") {
    speak(fill(words.received, { number: photo.number }));
  }
}

/** Take a row away and give the focus to the next one, so that it is never lost. */
export function dropRow(row, fallback) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const hadFocus = row.contains(document.activeElement);
  row.remove();
  if (hadFocus) {
    (next?.querySelector("button") ?? fallback).focus();
  }
}

function part(row, key) {
  return row.querySelector(`[data-${key}]`);
}
