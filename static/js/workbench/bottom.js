// The line at the bottom: when it was saved, until when the photo is held, today's number, the break.

import { announce, clock, say } from "mpm/workbench/messages.js";

export class Bottom {
  #own;
  #timer = null;

  constructor({ line, own, undoSeconds }) {
    const part = (name) => line.querySelector(`[data-${name}]`);
    const [saved, undo, until, today, pause] = ["saved", "undo", "until", "today", "pause"].map(part);
    Object.assign(this, { saved, undo, until, today, pause, undoSeconds });
    this.figures(own);
  }

  sending() {
    this.saved.textContent = say("saving");
    this.#offerUndo(true);
  }

  // Undo stands for some seconds from now on.
  keptAt(at) {
    this.saved.textContent = say("saved", { time: clock(at) });
    this.#offerUndo(true);
    this.#timer = setTimeout(() => this.#offerUndo(false), this.undoSeconds * 1000);
    this.figures({ ...this.#own, today: this.#own.today + 1 });
  }

  takenBack() {
    // It still counts towards the day's limit.
    this.tell(say("takenBack"));
  }

  tell(text) {
    this.saved.textContent = text;
    this.#offerUndo(false);
    announce(text);
  }

  held(task) {
    this.until.textContent = task ? say("until", { time: clock(task.until) }) : "";
  }

  figures(own) {
    this.#own = own;
    const { today, cap, median, break_due: due } = own;
    const speed = median === null || median === undefined ? "" : say("median", { seconds: Math.round(median) });
    this.today.textContent = say("today", { today, cap }) + speed;
    this.pause.textContent = due ? say("breakDue", { time: clock(due) }) : "";
  }

  #offerUndo(isOffered) {
    clearTimeout(this.#timer);
    this.undo.disabled = !isOffered;
  }
}
