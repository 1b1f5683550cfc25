// The photo on the screen: all that shows it gets another one at once, or none.

import { announce, refuse, say, sayNumber, unhinder } from "mpm/workbench/messages.js";

// Nothing is on the screen, and nothing is on its way.
const AT_REST = new Set(["start", "empty", "stopped"]);

const byId = (id) => document.getElementById(id);

export class Screen {
  // What an adjudicator has beside the rail.
  settling = null;
  #shown = null;

  // `parts` show a draft in the rail; `send` answers with it.
  constructor({ session, picture, parts, waiting, bottom, send }) {
    Object.assign(this, { session, picture, parts, waiting, bottom, send });
    this.canvas = byId("canvas");
    session.addEventListener("show", () => this.#show());
  }

  get draft() {
    return this.session.current?.draft ?? null;
  }

  focus() {
    this.canvas.focus({ preventScroll: true });
  }

  #show() {
    const held = this.session.current;
    if (held !== this.#shown) this.#change(held);
    byId("answers").inert = !held;
    document.body.classList.toggle("nothing-to-read", !held);
    document.body.classList.toggle("at-rest", AT_REST.has(this.session.state));
    this.bottom.held(held?.task ?? null);
    this.waiting.show();
    if (held) this.#load(held);
  }

  #change(held) {
    this.#shown = held;
    refuse("");
    unhinder("lost");
    this.settling?.close();
    this.settling = null;
    this.parts.forEach((part) => part.show(held?.draft ?? null));
    byId("photo-name").textContent = held?.task.photo ?? "";
    byId("photo-decade").textContent = held?.task.decade ?? "";
    if (held) this.#begin(held);
    else this.picture.clear();
  }

  #begin({ draft, task }) {
    const { people } = draft.state;
    this.picture.show(draft);
    draft.select(people[0]?.id ?? null);
    draft.addEventListener("change", () => refuse(""));
    this.#tellBefore(draft.state);
    byId("rail-answers").scrollTop = 0;
    this.focus();
    announce(people.length === 0 ? say("nextNobody") : sayNumber("next", people.length));
    if (task.stage === "settling") this.#settle(draft, task);
  }

  // What this person had answered and took back, where people do not show it.
  #tellBefore({ exclusion, note }) {
    const before = byId("before");
    before.hidden = !(exclusion || note);
    const reason = exclusion && say(`reason_${exclusion}`);
    before.textContent = reason ? say("wasExcluded", { reason, note }) : say("wasUndecided", { note });
  }

  async #settle(draft, task) {
    const { compare } = await import("mpm/workbench/settle.js");
    if (this.draft !== draft) return;
    const submit = ({ kind, adopts }) => this.send(kind, { adopts });
    this.settling = compare({ host: byId("settle"), draft, task, submit, leave: () => this.focus() });
  }

  async #load(held) {
    this.canvas.setAttribute("aria-busy", "true");
    try {
      const image = await held.image;
      if (this.session.current === held) this.picture.show(held.draft, image);
    } catch {
      if (this.session.current === held) this.waiting.show({ isBroken: true });
    }
    if (this.session.current === held) this.canvas.setAttribute("aria-busy", "false");
  }
}
