// An answer that came too late: why, yours beside theirs, and the way on.

import { ageText } from "mpm/workbench/ages.js";
import { announce, say, sayNumber } from "mpm/workbench/messages.js";

// One's own answer in words.
function summary({ answer, people, exclusion, note }) {
  if (answer === "excluded") return say("summaryExcluded", { reason: say(`reason_${exclusion}`), note });
  if (answer === "undecided") return say("summaryUndecided", { note });
  const ages = people.map((person) => ageText(person)).join(", ");
  return people.length === 0 ? say("nobody") : `${sayNumber("marked", people.length)}: ${ages}`;
}

export class Conflict {
  #waiting = [];

  // `session` takes again; `sent` is called when the answer is on its way once more.
  constructor({ dialog, session, sent }) {
    Object.assign(this, { dialog, session, sent });
    const part = (name) => dialog.querySelector(`[data-${name}]`);
    Object.assign(this, { text: part("text"), mine: part("mine"), theirs: part("theirs"), beside: part("beside") });
    this.again = part("again");
    this.again.addEventListener("click", () => this.#again());
    dialog.addEventListener("close", () => {
      this.#waiting.shift();
      this.#next();
    });
  }

  show(item, refusal) {
    this.#waiting.push({ item, body: refusal.body });
    if (this.#waiting.length === 1) this.#next();
  }

  #next() {
    const [shown] = this.#waiting;
    if (!shown) return;
    const { item, body } = shown;
    this.text.textContent = body.text || say("gone");
    this.mine.textContent = summary(item.answer);
    this.theirs.textContent = body.theirs ?? "";
    this.beside.hidden = !body.theirs;
    this.again.hidden = !body.can_take;
    this.dialog.showModal();
    announce(this.text.textContent);
  }

  async #again() {
    const { item } = this.#waiting[0];
    this.again.disabled = true;
    const refusal = await this.session.takeAndSave(item);
    this.again.disabled = false;
    if (refusal) {
      this.text.textContent = refusal.message || say("offline");
      this.again.hidden = refusal.status === 409 && !refusal.body.can_take;
    } else {
      this.dialog.close();
      this.sent();
    }
  }
}
