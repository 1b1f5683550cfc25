// Choosing photos: each file is a request of its own, two at a time, kept on trying. What the server holds is the list.
import { ask, fill, Refused, showOffline } from "mpm/give/ask.js";
import { addRow, dropRow, rowOf, rows, say, show, showRefused, showSent, speak } from "mpm/give/rows.js";
import { upload } from "mpm/give/upload.js";

const AT_ONCE = 2;
const ASK_EVERY = 1200;
const form = document.querySelector("[data-upload]");
const input = form.querySelector("input[type=file]");
const choose = form.querySelector("[data-choose]");
const notices = document.querySelector("[data-notices]");
const go = document.querySelector("[data-go]");
const hold = document.querySelector("[data-hold]");
const words = document.getElementById("give-words").dataset;
const limits = JSON.parse(document.getElementById("give-limits").textContent);

const waiting = [];
const lost = new Set();
let sending = 0;
let next = Number(words.next);
let asking = null;

form.classList.add("with-script");
input.multiple = true;
input.required = false;
form.addEventListener("submit", (event) => event.preventDefault());
input.addEventListener("change", () => {
  take([...input.files]);
  input.value = "";
});
document.querySelector("[data-rows]").addEventListener("submit", (event) => {
  event.preventDefault();
  remove(event.target.closest("li"));
});
addEventListener("beforeunload", (event) => {
  if (isBusy()) {
    event.preventDefault();
  }
});
if (input.files.length) {
  // Chosen before this script was there.
  take([...input.files]);
}
refresh();

function take(files) {
  const held = rows().filter((row) => row.dataset.state !== "refused");
  let room = Math.max(0, limits.files - held.length);
  if (files.length > room) {
    tell(said("too_many_chosen", { chosen: held.length + files.length }));
  }
  let bytes = held.reduce((sum, row) => sum + Number(row.dataset.bytes), 0);
  for (const file of files.slice(0, room)) {
    const number = next;
    next += 1;
    const row = addRow(number, file.size);
    if (file.size > limits.file_bytes) {
      refuse(row, said("too_large", { number, size: megabytes(file.size) }));
    } else if (bytes + file.size > limits.sending_bytes) {
      const count = rows().filter((other) => !["refused"].includes(other.dataset.state)).length - 1;
      row.remove();
      next = number;
      tell(said("too_many_bytes", { total: megabytes(bytes + file.size), count }));
      break;
    } else {
      bytes += file.size;
      waiting.push({ file, row, number, key: crypto.randomUUID(), stop: new AbortController() });
    }
  }
  work();
}

function work() {
  while (sending < AT_ONCE && waiting.length) {
    const one = waiting.shift();
    sending += 1;
    send(one).finally(() => {
      sending -= 1;
      work();
    });
  }
  update();
}

async function send({ file, row, number, key, stop }) {
  row.dataset.state = "sending";
  row.stop = stop;
  say(row, words.preparing);
  const fields = () => {
    const data = new FormData();
    data.append("client_key", key);
    data.append("number", number);
    // A name of ours: the file's own may name a person.
    data.append("photo", file, "photo");
    return data;
  };
  try {
    const answer = await upload(form.action, fields, {
      heard: (percent) => showSent(row, percent),
      lost: (isLost) => showLost(row, number, isLost),
      signal: stop.signal,
    });
    arrived(row, number, answer);
  } catch (error) {
    if (error.name !== "AbortError") {
      throw error;
    }
  } finally {
    lost.delete(row);
    showOffline(lost.size > 0);
  }
}

function arrived(row, number, { status, body }) {
  if (status === 409 && body.next) {
    location.assign(body.next);
  } else if (status >= 400) {
    refuse(row, body.error || fill(words.failed, { number }));
  } else if (body.notice) {
    tell(body.notice);
    dropRow(row, input);
  } else {
    show(row, body.photo);
    poll();
  }
}

function showLost(row, number, isLost) {
  if (isLost && !lost.has(row)) {
    lost.add(row);
    const sentence = fill(words.offline, { number });
    say(row, sentence);
    speak(sentence);
  } else if (!isLost) {
    lost.delete(row);
  }
  showOffline(lost.size > 0);
}

async function remove(row) {
  row.stop?.abort();
  const queued = waiting.findIndex((one) => one.row === row);
  if (queued >= 0) {
    waiting.splice(queued, 1);
  }
  if (row.dataset.photo) {
    try {
      await ask(row.querySelector("form").action, {});
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) {
        showOffline(error.status === 0);
        return;
      }
    }
  }
  dropRow(row, input);
  refresh();
}

/** Ask the server where each photo stands, for as long as one is on its way through. */
async function refresh() {
  clearTimeout(asking);
  asking = null;
  try {
    const state = await ask(words.stateUrl);
    for (const photo of state.photos) {
      const row = rowOf(photo.id);
      if (row) {
        show(row, photo);
      }
    }
    next = Math.max(next, state.next_number);
    go.dataset.ready = state.go;
    showOffline(lost.size > 0);
  } catch (error) {
    showOffline(error.status === 0 || lost.size > 0);
  }
  update();
  if (rows().some((row) => row.dataset.state === "received")) {
    poll();
  }
}

function poll() {
  asking ??= setTimeout(refresh, ASK_EVERY);
}

function refuse(row, sentence) {
  showRefused(row, sentence);
  update();
}

function update() {
  const isHeld = isBusy();
  const url = go.dataset.ready ?? go.getAttribute("href");
  hold.hidden = !isHeld;
  go.hidden = isHeld || !url;
  if (url) {
    go.href = url;
  }
  choose.classList.toggle("button-secondary", rows().length > 0);
  if (rows().length > 0) {
    choose.textContent = words.more;
  }
}

function isBusy() {
  return sending > 0 || waiting.length > 0;
}

function said(code, values) {
  return fill(limits.sentences[code], { ...limits.limits, ...values });
}

function tell(sentence) {
  const box = document.createElement("div");
  box.className = "notice";
  const text = document.createElement("p");
  text.textContent = sentence;
  box.append(text);
  notices.replaceChildren(box);
  speak(sentence);
}

function megabytes(bytes) {
  return Math.ceil(bytes / 1e6);
}
