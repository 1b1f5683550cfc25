// Changes of photos on their way to the server: shown at once, sent in order, kept until they have arrived.
import { ask, pause, Refused } from "mpm/give/ask.js";
import { keepForTab, keptForTab } from "mpm/give/kept.js";
import { apply, personOf, personUrl, settle } from "mpm/give/people.js";
import { byId, touch } from "mpm/give/store.js";
import { showOffline } from "mpm/give/words.js";

const PAUSES = [500, 1000, 2000, 4000, 8000];
// A server in trouble for a moment is nothing to tell; one that stays so must not keep anybody waiting unaware.
const QUIET_TRIES = 2;
const queues = new Map();
const running = new Set();
const ADDRESSES = {
  add: (photo) => photo.add,
  move: (photo, id) => `${personUrl(id)}move/`,
  edit: (photo, id) => personUrl(id),
  remove: (photo, id) => `${personUrl(id)}remove/`,
  nobody: (photo) => photo.nobody_url,
  decade: (photo) => photo.decade_url,
  frame: (photo) => photo.frame_url,
};

/**
 * Change a photo: { kind, person (an id), fields, shown }. Shown at once; the promise is kept with the server's answer,
 * or broken with Refused when the server said no, and then the photo is again as it was.
 */
export function commit(photo, change) {
  const person = personOf(photo, change.person);
  change.before = { person: person && { ...person }, nobody: photo.nobody, decade: photo.decade, frame: photo.frame };
  apply(photo, change);
  touch(photo);
  if (isTaken(photo, change)) {
    keep();
    return Promise.resolve(null);
  }
  return new Promise((resolve, reject) => {
    Object.assign(change, { photo, resolve, reject });
    queueOf(photo).push(change);
    keep();
    run(photo);
  });
}

export function isPending(photo = null) {
  return photo ? queueOf(photo).length > 0 : [...queues.values()].some((queue) => queue.length > 0);
}

/** Forget what was to be said about a photo that is gone. */
export function forget(photo) {
  queueOf(photo).length = 0;
  keep();
}

/** Send what waits for this photo; nothing is sent before the photo is on the server. */
export async function run(photo) {
  if (running.has(photo.key)) {
    return;
  }
  running.add(photo.key);
  for (let tries = 0, queue = queueOf(photo); photo.id && queue.length; ) {
    const change = queue[0];
    change.isGoing = true;
    const refusal = await send(photo, change);
    if (refusal?.isPassing) {
      showOffline(refusal.status === 0 || tries >= QUIET_TRIES, "changes");
      await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
      tries += 1;
    } else {
      showOffline(false, "changes");
      tries = 0;
    }
  }
  running.delete(photo.key);
}

async function send(photo, change) {
  let answer = null;
  let refusal = null;
  try {
    answer = await ask(ADDRESSES[change.kind](photo, change.person), change.fields);
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw error;
    }
    refusal = error;
  }
  if (refusal?.isPassing) {
    return refusal;
  }
  const queue = queueOf(photo);
  queue.shift();
  keep();
  if (refusal && !(refusal.status === 404 && change.kind === "remove")) {
    undo(photo, change);
    change.reject(refusal);
  } else {
    hear(photo, change, answer, queue);
    change.resolve(answer);
  }
  touch(photo);
  return refusal;
}

/** Take the answer over, but nothing that was changed again meanwhile. */
function hear(photo, change, answer, queue) {
  const later = queue.filter((other) => other.person === change.person);
  const person = change.kind === "edit" ? answer?.person : ["add", "move"].includes(change.kind) ? answer : null;
  if (person) {
    const isEdited = later.some((other) => other.kind === "edit");
    const isMoved = change.kind !== "move" || later.some((other) => other.kind === "move");
    const place = isMoved ? ["x", "y"] : [];
    const words = ["age", "understood", "who", "basis", "words", "name", "whole"];
    settle(photo, person, isEdited ? [...place, ...words] : place);
  }
  if (change.kind === "edit" && answer && !queue.some((other) => other.kind === "decade")) {
    photo.decade = answer.decade;
  }
}

function undo(photo, { kind, person: id, before }) {
  if (kind === "add") {
    photo.people = photo.people.filter((person) => person.id !== id);
    const queue = queueOf(photo);
    queue.splice(0, queue.length, ...queue.filter((change) => change.person !== id));
  } else if (kind === "remove" && before.person) {
    photo.people.push(before.person);
  } else if (kind === "edit" || kind === "move") {
    Object.assign(personOf(photo, id) ?? {}, before.person);
  } else {
    photo[kind] = before[kind];
  }
}

/** Whether what waits already says it, once changed: a mark that moves before it was sent, or goes again. */
function isTaken(photo, change) {
  const queue = queueOf(photo);
  const waiting = queue.filter((other) => !other.isGoing && other.person && other.person === change.person);
  const added = waiting.find((other) => other.kind === "add");
  if (change.kind === "remove" && added) {
    queue.splice(0, queue.length, ...queue.filter((other) => !waiting.includes(other)));
    return true;
  }
  const moved = change.kind === "move" && (added ?? waiting.find((other) => other.kind === "move"));
  if (moved) {
    Object.assign(moved.fields, change.fields);
  }
  return Boolean(moved);
}

/** What has not arrived is remembered for this tab, so that a page killed by the phone loses no mark; no address is. */
function keep() {
  const waiting = [];
  for (const [key, queue] of queues) {
    const known = queue.filter((change) => change.photo.id && !change.fields.email);
    waiting.push(...known.map(({ kind, person, fields, shown, photo }) => ({ kind, person, fields, shown, photo: photo.id })));
    if (!queue.length && !running.has(key)) {
      queues.delete(key);
    }
  }
  keepForTab(waiting);
}

/** Take up what a killed page left; `failed` is called for what the server then refuses. */
export function restore(failed) {
  for (const { photo: id, ...change } of keptForTab()) {
    const photo = byId(id);
    if (photo) {
      commit(photo, change).catch((refusal) => failed(photo, change, refusal));
    }
  }
  // What is about no photo of this page, but of a sending before it, goes.
  keep();
}

function queueOf(photo) {
  if (!queues.has(photo.key)) {
    queues.set(photo.key, []);
  }
  return queues.get(photo.key);
}
