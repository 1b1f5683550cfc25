// What stands in the picture's place while there is none: the way to begin, why there is nothing, until when, what else.

import { clock, say } from "mpm/workbench/messages.js";

const LOOK_AGAIN = 60_000;
const SHORTEST = 1000;

export class Waiting {
  #timer = null;

  // `canvas` has the focus while nothing else has.
  constructor({ panel, session, canvas }) {
    const part = (name) => panel.querySelector(`[data-${name}]`);
    Object.assign(this, { panel, session, canvas, title: part("title"), text: part("text"), until: part("until") });
    Object.assign(this, { begin: part("begin"), reload: part("reload"), else: part("else") });
    this.begin.addEventListener("click", () => session.start());
    this.reload.addEventListener("click", () => {
      session.current.load();
      session.dispatchEvent(new CustomEvent("show"));
    });
  }

  // By the session's state; a picture that did not come is told apart.
  show({ isBroken = false } = {}) {
    const { state, empty } = this.session;
    clearTimeout(this.#timer);
    this.panel.hidden = state === "reading" && !isBroken;
    if (this.panel.hidden) return;
    const why = isBroken ? "broken" : state === "empty" ? `empty_${empty?.why ?? "none"}` : state;
    this.title.textContent = say(`title_${why}`);
    this.text.textContent = (state === "empty" && empty?.text) || say(`text_${why.startsWith("empty") ? "empty_none" : why}`);
    const until = state === "empty" && empty?.until;
    this.until.textContent = until ? say("backAt", { time: clock(until) }) : "";
    this.begin.hidden = isBroken || state === "loading";
    this.begin.textContent = say(state === "empty" ? "lookAgain" : "start");
    this.reload.hidden = !isBroken;
    this.else.hidden = state !== "empty";
    if (state === "empty") this.#later(until);
    if (!this.begin.hidden && this.#isFocusFree()) this.begin.focus({ preventScroll: true });
  }

  // Nobody is about something else: the focus is nowhere, or in what cannot be used any more.
  #isFocusFree() {
    const { activeElement: at, body } = document;
    return !at || at === body || at === this.canvas || at.closest("[inert], [hidden]") !== null;
  }

  // It goes on by itself: when it is time, or when there may be something.
  #later(until) {
    const wait = until ? Math.max(SHORTEST, new Date(until) - Date.now()) : LOOK_AGAIN;
    this.#timer = setTimeout(() => {
      if (document.hidden) this.#later(null);
      else this.session.fill();
    }, Math.min(wait, 2 ** 31 - 1));
  }
}
