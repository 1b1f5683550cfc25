// A photo that this person holds: its draft, its picture, and how long it was looked at.

import { Draft } from "mpm/workbench/draft.js";

// Resolves with the picture, ready to be shown at once; rejects when it did not come.
async function load(url) {
  const image = new Image();
  image.draggable = false;
  image.src = url;
  await image.decode();
  return image;
}

export class Held {
  #keep;
  #seconds = 0;
  #since = null;

  constructor(task, keep, state = null) {
    this.task = task;
    this.draft = new Draft(task, state ?? keep.kept(task) ?? task.before ?? null);
    this.draft.addEventListener("change", () => keep.draft(task, this.draft.state));
    this.#keep = keep;
    this.load();
  }

  load() {
    this.image = load(this.task.image);
    // Who shows it says so; one that is only ahead may fail unseen.
    this.image.catch(() => {});
  }

  // On the screen and in sight, or not.
  look(now) {
    if (this.#since !== null) this.#seconds += (performance.now() - this.#since) / 1000;
    this.#since = now ? performance.now() : null;
  }

  answer(kind, extra) {
    this.look(false);
    return {
      lease: this.task.lease,
      version: this.task.version,
      key: crypto.randomUUID(),
      seconds: Math.min(86_400, Math.round(this.#seconds)),
      adopts: null,
      ...this.draft.answer(kind),
      ...extra,
    };
  }

  forget() {
    this.#keep.forget(this.task);
  }
}
