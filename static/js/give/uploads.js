// Files on their way: a queue, two at a time, each a photo of the store from the moment it was chosen.
import { ask, Refused } from "mpm/give/ask.js";
import { forget, run } from "mpm/give/changes.js";
import { byId, change, drop, get, held, put } from "mpm/give/store.js";
import { upload } from "mpm/give/upload.js";
import { fill, showOffline, speak, words } from "mpm/give/words.js";

const AT_ONCE = 2;
const limits = JSON.parse(document.getElementById("give-limits").textContent);
const form = document.querySelector("[data-upload]");
const waiting = [];
let sending = 0;
let next = Number(words.next);
let tell = () => {};
let batch = { all: 0, shown: 0 };

/** Have `teller(sentence)` called with what is about no single photo. */
export function tellBy(teller) {
  tell = teller;
}

/** The server's next number, so that two windows never use one twice. */
export function countFrom(number) {
  next = Math.max(next, number);
}

export function isBusy() {
  return sending > 0 || waiting.length > 0;
}

/** Take chosen files in: those that fit become photos, in their order, and are sent. Gives those photos back. */
export function take(files) {
  const before = held();
  const room = Math.max(0, limits.files - before.length);
  if (files.length > room) {
    tell(said("too_many_chosen", { chosen: before.length + files.length }));
  }
  let bytes = before.reduce((sum, photo) => sum + photo.bytes, 0);
  const taken = [];
  for (const file of files.slice(0, room)) {
    if (file.size > limits.file_bytes) {
      const error = said("too_large", { number: next, size: megabytes(file.size) });
      put({ ...shape(file), state: "refused", words: words.notKept, error });
      speak(error);
      continue;
    }
    if (bytes + file.size > limits.sending_bytes) {
      tell(said("too_many_bytes", { total: megabytes(bytes + file.size), count: held().length }));
      break;
    }
    bytes += file.size;
    const photo = put(shape(file));
    taken.push(photo);
    waiting.push(photo);
  }
  work();
  return taken;
}

function shape(file) {
  const number = next;
  next += 1;
  const title = fill(words.title, { number });
  const fresh = { id: null, people: [], nobody: false, decade: null, preview: "", error: "", bytes: file.size };
  return { ...fresh, key: crypto.randomUUID(), number, title, file, state: "waiting", words: words.waiting };
}

function work() {
  if (!isBusy()) {
    batch = { all: 0, shown: 0 };
  }
  while (sending < AT_ONCE && waiting.length) {
    sending += 1;
    send(waiting.shift()).finally(() => {
      sending -= 1;
      work();
    });
  }
}

async function send(photo) {
  const stop = new AbortController();
  change(photo, { stop, hold: {}, state: "sending", trouble: "", words: words.preparing });
  const fields = () => {
    const data = new FormData();
    data.append("client_key", photo.key);
    data.append("number", photo.number);
    // A name of ours: the file's own may name a person.
    data.append("photo", photo.file, "photo");
    return data;
  };
  try {
    const answer = await upload(form.action, fields, {
      heard: (percent) => heard(photo, percent),
      lost: (why) => lost(photo, why),
      signal: stop.signal,
      hold: photo.hold,
    });
    arrived(photo, answer);
  } catch (error) {
    if (error.name !== "AbortError") {
      throw error;
    }
  } finally {
    showOffline(false, photo.key);
  }
}

/** A second try begins anew, but the bar never goes back. */
function heard(photo, percent) {
  const sent = Math.max(photo.sent, percent);
  change(photo, { sent, trouble: "", words: sent < 100 ? fill(words.sending, { percent: sent }) : words.checking });
}

function lost(photo, why) {
  showOffline(why === "offline", photo.key);
  if (why && why !== photo.trouble) {
    const sentence = fill(words[why], { number: photo.number });
    change(photo, { trouble: why, words: sentence });
    speak(sentence);
  }
}

function arrived(photo, { status, body }) {
  if (status === 409 && body.next) {
    location.assign(body.next);
  } else if (status >= 400) {
    const error = body.error || fill(words.failed, { number: photo.number });
    change(photo, { state: "refused", words: words.notKept, error, again: !body.error || body.again === true });
    speak(error);
  } else if (body.notice || (body.repeat && byId(body.photo.id))) {
    drop(photo);
    forget(photo);
    if (body.notice) {
      tell(body.notice);
    }
  } else {
    const { people, nobody, decade, ...facts } = body.photo;
    change(photo, { ...facts, trouble: "", sent: 100 });
    speak(words.received, { number: photo.number });
    run(photo);
  }
}

/** Send a file again that was refused for now, or at once one that waits for its next try. */
export function tryAgain(photo) {
  if (photo.state === "sending") {
    photo.hold?.wake?.();
  } else if (photo.file) {
    change(photo, { state: "waiting", words: words.waiting, error: "", again: false, sent: 0 });
    waiting.push(photo);
    work();
  }
}

/** Take a photo out: of the queue, and of the server. False when the server could not be asked. */
export async function remove(photo) {
  photo.stop?.abort();
  const at = waiting.indexOf(photo);
  if (at >= 0) {
    waiting.splice(at, 1);
  }
  if (photo.id) {
    try {
      await ask(photo.remove, {});
      showOffline(false, "remove");
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) {
        showOffline(error.status === 0, "remove");
        return false;
      }
    }
  }
  forget(photo);
  if (get(photo.key)) {
    drop(photo);
  }
  return true;
}

/** How far all photos are: { here, all } in photos and a bar in per cent that never goes back while files are on their way. */
export function progress() {
  const photos = held();
  const here = photos.filter((photo) => photo.id).length;
  const onTheWay = photos.filter((photo) => photo.file && photo.sent < 100);
  const bytes = onTheWay.reduce((sum, photo) => sum + photo.bytes * (1 - photo.sent / 100), 0);
  batch.all = Math.max(batch.all, bytes);
  batch.shown = Math.max(batch.shown, batch.all ? 100 * (1 - bytes / batch.all) : 0);
  return { here, all: photos.length, percent: Math.floor(batch.shown) };
}

function said(code, values) {
  return fill(limits.sentences[code], { ...limits.limits, ...values });
}

function megabytes(bytes) {
  return Math.ceil(bytes / 1e6);
}
