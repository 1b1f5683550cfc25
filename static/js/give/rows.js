// The list of photos: one row each, which always says in words where its photo stands.
import { thumbOf } from "mpm/give/pixels.js";
import { all, isWhole } from "mpm/give/store.js";
import { fill, words } from "mpm/give/words.js";

const list = document.querySelector("[data-rows]");
const shape = document.getElementById("row-template");

/** Bring the list to the photos, changing only what is different. */
export function showRows(fallback) {
  const photos = all();
  const keys = new Set(photos.map((photo) => photo.key));
  for (const row of [...list.children].filter((other) => !keys.has(other.dataset.key))) {
    leave(row, fallback);
  }
  photos.forEach((photo, index) => {
    const row = rowOf(photo) ?? added(photo);
    if (list.children[index] !== row) {
      list.insertBefore(row, list.children[index] ?? null);
    }
    show(row, photo);
  });
}

/** Rows that the server wrote take the keys of their photos. */
export function adoptRows() {
  for (const row of list.children) {
    row.dataset.key = row.dataset.photo;
  }
}

function rowOf(photo) {
  return list.querySelector(`[data-key="${photo.key}"]`);
}

function added(photo) {
  const row = list.appendChild(shape.content.firstElementChild.cloneNode(true));
  row.dataset.key = photo.key;
  return row;
}

function show(row, photo) {
  row.dataset.photo = photo.id ?? "";
  row.dataset.state = photo.state;
  row.dataset.number = photo.number;
  write(row, "title", photo.title);
  write(row, "words", photo.words);
  write(row, "marked", photo.state === "refused" ? "" : markedWords(photo));
  write(row, "remove-title", ` ${photo.title}`);
  for (const name of row.querySelectorAll("[data-named]")) {
    name.textContent = `: ${photo.title}`;
  }
  part(row, "bar").setAttribute("aria-label", photo.title);
  part(row, "bar").hidden = photo.state !== "sending" || photo.sent === 0;
  part(row, "bar").value = photo.sent;
  part(row, "open").href = photo.mark || "#";
  part(row, "open").hidden = photo.state === "refused";
  part(row, "remove").action = photo.remove ?? "";
  part(row, "again").hidden = !(photo.again || (photo.state === "sending" && photo.trouble));
  write(row, "error", photo.error ?? "");
  part(row, "error").hidden = !photo.error;
  showThumb(part(row, "thumb"), photo);
}

/** The device's own pixels, or else the server's preview. */
async function showThumb(place, photo) {
  if (place.firstElementChild || place.dataset.asked === photo.preview) {
    return;
  }
  place.dataset.asked = photo.preview;
  const canvas = photo.file ? await thumbOf(photo) : null;
  if (place.firstElementChild) {
    return;
  }
  if (canvas) {
    place.append(canvas);
  } else if (photo.preview) {
    const image = new Image();
    image.alt = "";
    image.src = photo.preview;
    place.append(image);
  }
}

function markedWords(photo) {
  const count = photo.people.length;
  if (!count) {
    return photo.nobody ? words.nobody : words.unmarked;
  }
  return isWhole(photo) ? fill(words.markedCount, { count }) : words.partly;
}

/** Take a row away and give the focus to the next one, so that it is never lost. */
function leave(row, fallback) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const hadFocus = row.contains(document.activeElement);
  row.remove();
  if (hadFocus) {
    (next?.querySelector("[data-remove] button") ?? fallback).focus();
  }
}

function write(row, key, sentence) {
  const place = part(row, key);
  if (place.textContent !== sentence) {
    place.textContent = sentence;
  }
}

function part(row, key) {
  return row.querySelector(`[data-${key}]`);
}
