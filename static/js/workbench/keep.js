// What this tab keeps until the server has it: drafts, answers on their way, and what was given back on leaving.

const ALL = "workbench:";

export class Keep {
  #own;

  // What another person left in this tab is nobody's.
  constructor(staff) {
    this.#own = `${ALL}${staff}:`;
    Object.keys(sessionStorage)
      .filter((name) => name.startsWith(ALL) && !name.startsWith(this.#own))
      .forEach((name) => sessionStorage.removeItem(name));
  }

  draft({ task, version, stage }, state) {
    this.#write(`draft:${task}`, { version, stage, state });
  }

  forget({ task }) {
    sessionStorage.removeItem(`${this.#own}draft:${task}`);
  }

  // The state kept for this task: of this very hand-out, or of an earlier one if the contributor's marks are the same.
  kept(task) {
    const found = this.#read(`draft:${task.task}`);
    if (!found || found.stage !== task.stage) return null;
    if (found.version === task.version) return found.state;
    const marks = new Set(task.people.map(({ mark }) => mark));
    const stands = found.state.people.every(({ mark }) => mark === null || marks.has(mark));
    return stands && !task.before ? found.state : null;
  }

  get unsent() {
    return this.#read("unsent") ?? [];
  }

  set unsent(items) {
    this.#write("unsent", items);
  }

  // Leases that the page gave back as it was left, the one on the screen first.
  get givenBack() {
    return this.#read("given-back") ?? [];
  }

  set givenBack(held) {
    this.#write("given-back", held);
  }

  #read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(this.#own + name));
    } catch {
      return null;
    }
  }

  #write(name, value) {
    try {
      sessionStorage.setItem(this.#own + name, JSON.stringify(value));
    } catch {
      // No room, or not allowed: nothing is kept then, and everything else works.
    }
  }
}
