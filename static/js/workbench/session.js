// The photos that this person holds, the one on the screen first: handed out, answered, put off, taken back.
//
// "show" when another photo (or none) is on the screen, "saved" (detail: item, answer), "taken-back", "refused" (detail:
// item, refusal), "trouble" (detail: refusal) and "well" when what was in the way is gone.

import { ask } from "mpm/workbench/ask.js";
import { address } from "mpm/workbench/addresses.js";
import { Held } from "mpm/workbench/held.js";
import { giveBack } from "mpm/workbench/leases.js";
import { Outbox } from "mpm/workbench/outbox.js";

const AGAIN = 3000;

export class Session extends EventTarget {
  #keep;
  #ahead;
  #undoFor;
  #entries = [];
  #filling = null;
  #more = false;
  // Put off, and the server may not know it yet.
  #leaving = new Set();
  #last = null;

  // "start" (nothing is held and nothing was asked for), "loading", "reading", "empty" (`empty` says why) or "stopped".
  state = "start";
  empty = null;

  constructor({ keep, ahead, undoSeconds }) {
    super();
    this.#keep = keep;
    this.#ahead = ahead;
    this.#undoFor = undoSeconds * 1000;
    this.outbox = new Outbox(keep);
    this.outbox.addEventListener("saved", ({ detail }) => this.#saved(detail));
    this.outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
    this.outbox.addEventListener("waiting", ({ detail }) => this.#tell("trouble", detail));
    this.outbox.addEventListener("stopped", ({ detail }) => this.#tell("trouble", detail));
  }

  get current() {
    return this.#entries[0] ?? null;
  }

  get held() {
    return this.#entries.map(({ task }) => task);
  }

  // Begin with what the page came with. What this tab gave back as it was left is taken again: the last words of a page
  // may arrive after the next page was made.
  async begin(tasks) {
    this.outbox.run();
    const back = this.#keep.givenBack;
    this.#keep.givenBack = [];
    if (back.length > 0) {
      this.#enter("loading");
      await this.#takeAgain(back);
      return;
    }
    const unsent = new Set(this.outbox.tasks.map(({ task }) => task));
    this.#entries = tasks.filter(({ task }) => !unsent.has(task)).map((task) => new Held(task, this.#keep));
    this.#enter(this.current ? "reading" : "start");
    if (this.current) this.fill();
  }

  async start() {
    this.#enter("loading");
    await this.fill();
  }

  // As many photos as may be held, whatever is on its way. Asked for while it is going on, it is done once more.
  fill() {
    this.#more = true;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  submit(kind, extra = {}) {
    const held = this.current;
    const state = structuredClone(held.draft.state);
    const item = { task: held.task, state, answer: held.answer(kind, extra) };
    this.#last = { item, reading: null, until: Infinity };
    held.forget();
    this.#leave();
    this.outbox.add(item);
  }

  async notNow() {
    const { task } = this.current;
    this.#leaving.add(task);
    this.#leave();
    await this.#quietly(() => ask(address("putOff", task.task), { lease: task.lease }));
    this.#leaving.delete(task);
    await this.fill();
  }

  // Give everything back and stay on the page.
  async stop() {
    const leases = this.held.map(({ lease }) => lease);
    this.#entries = [];
    this.#enter("stopped");
    // A request on its way knows of what is held now: were that given back before, it would be handed out again, unseen.
    await this.#filling;
    const again = new Set(this.held.map(({ lease }) => lease));
    await this.#quietly(() => giveBack(leases.filter((lease) => !again.has(lease))));
  }

  // A step of the photo on the screen, or else the last answer, for some seconds after it was saved.
  async undo() {
    if (this.current?.draft.undo()) return true;
    const last = this.#last;
    if (!last || performance.now() > last.until) return false;
    await this.outbox.arrival(last.item);
    // It was refused meanwhile, or undone by another press.
    if (this.#last !== last) return true;
    this.#last = null;
    if (this.outbox.recall(last.item)) this.#return(new Held(last.item.task, this.#keep, last.item.state));
    else if (last.reading !== null) await this.takeBack(last.reading);
    return true;
  }

  async takeBack(reading) {
    try {
      const { task, held } = await ask(address("takeBack", reading), {});
      this.#last = null;
      this.#return(new Held(task, this.#keep));
      this.#drop(held);
      this.#tell("taken-back");
      return true;
    } catch (refusal) {
      this.#tell("trouble", { refusal });
      return false;
    }
  }

  // After a lost lease: the same answer again under a new one. The refusal, or null.
  async takeAndSave(item) {
    try {
      const { task, held } = await ask(address("take", item.task.task), { version: item.task.version });
      this.#drop(held);
      this.outbox.add({ ...item, task, answer: { ...item.answer, lease: task.lease, version: task.version } });
      return null;
    } catch (refusal) {
      return refusal;
    }
  }

  // The photo on the screen under a new lease, with what was answered so far; the next one when it cannot be had.
  async takeCurrent() {
    const held = this.current;
    let refusal = null;
    let again = null;
    try {
      const { task } = await ask(address("take", held.task.task), { version: held.task.version });
      again = new Held(task, this.#keep, held.draft.state);
    } catch (error) {
      if (error.isPassing || error.status === 401) return error;
      refusal = error;
    }
    const others = this.#entries.filter((one) => one !== held);
    this.#entries = again ? [again, ...others] : others;
    this.#enter(this.current ? "reading" : "loading");
    await this.fill();
    return refusal;
  }

  // Not held any more, by what the server says: gone, but for the one on the screen.
  lose(tasks) {
    this.#entries = this.#entries.filter((held, index) => index === 0 || !tasks.includes(held.task.task));
    this.fill();
  }

  // What made room for a photo that was taken again.
  #drop(held) {
    const gone = this.held.map(({ task }) => task).filter((task) => !held.includes(task));
    if (gone.length > 0) this.lose(gone);
  }

  renewed(until) {
    this.#entries.forEach(({ task }) => Object.assign(task, { until }));
  }

  async #fill() {
    while (this.#more && this.state !== "stopped") {
      this.#more = false;
      const isWell = await this.#ask();
      if (!isWell) return;
    }
    // What is still on its way may bring more.
    const isWaiting = this.state === "loading" || this.state === "empty";
    if (isWaiting && this.outbox.tasks.length === 0) this.#enter("empty");
  }

  async #ask() {
    const known = () => [...this.held, ...this.outbox.tasks, ...this.#leaving].map(({ task }) => task);
    try {
      const answer = await ask(address("next"), { ahead: this.#ahead, have: known() });
      this.#tell("well");
      const fresh = answer.tasks.filter(({ task }) => !known().includes(task));
      this.empty = answer.empty;
      if (answer.own) this.#tell("own", answer.own);
      if (this.state === "stopped") await giveBack(fresh.map(({ lease }) => lease));
      else this.#receive(fresh);
      return true;
    } catch (refusal) {
      this.#tell("trouble", { refusal });
      if (refusal.isPassing && this.state === "loading") setTimeout(() => this.fill(), AGAIN);
      return false;
    }
  }

  #receive(tasks) {
    this.#entries.push(...tasks.map((task) => new Held(task, this.#keep)));
    if (this.current && this.state !== "reading") this.#enter("reading");
  }

  #leave() {
    this.#entries.shift();
    this.#enter(this.current ? "reading" : "loading");
  }

  #return(held) {
    this.current?.look(false);
    this.#entries.unshift(held);
    this.#enter("reading");
  }

  #enter(state) {
    this.state = state;
    this.current?.look(!document.hidden);
    this.#tell("show");
  }

  #saved({ item, answer }) {
    if (this.#last?.item === item) {
      Object.assign(this.#last, { reading: answer.reading, until: performance.now() + this.#undoFor });
    }
    this.#tell("saved", { item, answer });
    this.#tell("well");
    if (this.state !== "stopped" && this.state !== "start") this.fill();
  }

  #refused({ item, refusal }) {
    if (this.#last?.item === item) this.#last = null;
    if (refusal.status === 422) this.#return(new Held(item.task, this.#keep, item.state));
    this.#tell("refused", { item, refusal });
    if (this.state === "loading") this.fill();
  }

  async #takeAgain(back) {
    const leases = back.map(({ lease }) => lease);
    await this.#quietly(() => giveBack(leases));
    await this.#quietly(async () => {
      const { task } = await ask(address("take", back[0].task), { version: back[0].version });
      this.#entries.push(new Held(task, this.#keep));
    });
    if (this.current) this.#enter("reading");
    await this.fill();
  }

  async #quietly(what) {
    try {
      await what();
    } catch (refusal) {
      if (refusal.status === 401 || refusal.isPassing) this.#tell("trouble", { refusal });
    }
  }

  #tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
