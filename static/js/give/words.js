// The words of a giving page, which its template holds, and the ways to say them.

export const words = document.getElementById("give-words")?.dataset ?? {};
const spoken = document.querySelector("[data-spoken]");
const offline = document.querySelector("[data-offline] p");

/** Fill in a sentence's %(name)s and %(name)d. */
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)[sd]/g, (whole, name) => values[name] ?? whole);
}

/** Say something once to a screen reader, without moving anybody. */
export function speak(sentence, values = {}) {
  if (spoken) {
    spoken.textContent = fill(sentence, values);
  }
}

const lost = new Set();

/** Show the words about a lost connection while anything (`what`) waits for it. */
export function showOffline(isOffline, what = "page") {
  lost[isOffline ? "add" : "delete"](what);
  if (offline) {
    offline.hidden = lost.size === 0;
  }
}
