// Excluding a photo: a reason by its letter or by a press, with words where one of them asks for words.

import { say } from "mpm/workbench/messages.js";

export class Exclude {
  // `dialog` holds a button with data-reason and data-letter for each reason, a field for words, and its own problem line.
  constructor({ dialog, lettersOff, answer }) {
    Object.assign(this, { dialog, lettersOff, answer });
    this.note = dialog.querySelector("input");
    this.problem = dialog.querySelector("[role=alert]");
    this.reasons = [...dialog.querySelectorAll("[data-reason]")];
    this.reasons.forEach((button) => button.addEventListener("click", () => this.#choose(button)));
    this.wanted = null;
    dialog.addEventListener("keydown", (event) => this.#key(event));
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#choose(this.wanted);
    });
  }

  open(note = "") {
    this.wanted = null;
    this.note.value = note;
    this.problem.hidden = true;
    this.dialog.showModal();
    // Not on a reason: a press of Enter too many would be an answer.
    this.dialog.querySelector("h2").focus();
  }

  #key(event) {
    if (event.target === this.note || event.ctrlKey || event.metaKey || event.altKey || this.lettersOff()) return;
    const button = this.reasons.find(({ dataset }) => dataset.letter === event.key.toLowerCase());
    if (!button) return;
    event.preventDefault();
    this.#choose(button);
  }

  #choose(button) {
    if (!button) {
      this.#refuse(say("needReason"));
      this.reasons[0].focus();
      return;
    }
    this.wanted = button;
    if ("words" in button.dataset && !this.note.value.trim()) {
      this.#refuse(say("needWords"));
      this.note.focus();
      return;
    }
    this.dialog.close();
    this.answer(button.dataset.reason, this.note.value.trim());
  }

  #refuse(text) {
    this.problem.textContent = text;
    this.problem.hidden = false;
  }
}
