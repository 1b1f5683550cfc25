// Answers on their way: sent in order, again until they arrive, kept by the tab as long as they have not.
//
// "saved" (detail: item, answer), "refused" (detail: item, refusal), "waiting" (detail: refusal) when it tries again by
// itself, and "stopped" (detail: refusal) when somebody has to do something first.

import { ask } from "mpm/workbench/ask.js";
import { address } from "mpm/workbench/addresses.js";

const PAUSES = [500, 1000, 2000, 4000, 8000];
const STOPS = new Set([401, 403]);

export class Outbox extends EventTarget {
  #items;
  #keep;
  #going = null;
  #sending = null;
  #running = false;
  #wake = () => {};

  constructor(keep) {
    super();
    this.#keep = keep;
    this.#items = keep.unsent;
    addEventListener("online", () => this.#wake());
  }

  get tasks() {
    return this.#items.map(({ task }) => task);
  }

  // `item`: { task, state, answer }.
  add(item) {
    this.#items.push(item);
    this.#changed();
    this.run();
  }

  // The item, taken out before it went; null when it is too late.
  recall(item) {
    const index = this.#items.indexOf(item);
    if (index < 0 || item === this.#going) return null;
    this.#items.splice(index, 1);
    this.#changed();
    return item;
  }

  // Until this item, if it goes just now, has arrived or not.
  async arrival(item) {
    if (item === this.#going) await this.#sending;
  }

  async run() {
    if (this.#running) return;
    this.#running = true;
    for (let tries = 0; this.#items.length > 0; ) {
      this.#sending = this.#send(this.#items[0]);
      const refusal = await this.#sending;
      if (refusal && STOPS.has(refusal.status)) {
        this.#tell("stopped", { refusal });
        break;
      }
      if (refusal?.isPassing) {
        this.#tell("waiting", { refusal });
        await this.#pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
      }
      tries = refusal?.isPassing ? tries + 1 : 0;
    }
    this.#running = false;
  }

  async #send(item) {
    this.#going = item;
    let answer = null;
    let refusal = null;
    try {
      answer = await ask(address("submit", item.task.task), item.answer);
    } catch (error) {
      refusal = error;
    }
    this.#going = null;
    if (refusal && (refusal.isPassing || STOPS.has(refusal.status))) return refusal;
    this.#items.shift();
    this.#changed();
    this.#tell(refusal ? "refused" : "saved", { item, answer, refusal });
    return refusal;
  }

  #changed() {
    this.#keep.unsent = this.#items;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
