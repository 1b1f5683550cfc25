// Sends one file and does not give up: a lost connection is tried again until the file has arrived or was refused.
import { token } from "mpm/give/ask.js";

const PAUSES = [1000, 2000, 4000, 8000, 15000];

/**
 * Send `fields` (a FormData maker) to `url`. `heard(percent)` while it goes, `lost(isLost)` when the connection comes and
 * goes. Resolves with { status, body }; rejects with AbortError when `signal` aborts.
 */
export async function upload(url, fields, { heard, lost, signal }) {
  for (let tries = 0; ; tries += 1) {
    const answer = await once(url, fields(), heard, signal);
    if (answer.status !== 0 && answer.status < 500 && answer.status !== 429) {
      lost(false);
      return answer;
    }
    lost(true);
    await pause(PAUSES[Math.min(tries, PAUSES.length - 1)], signal);
  }
}

function once(url, fields, heard, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => {
      request.abort();
      reject(new DOMException("stopped", "AbortError"));
    };
    if (signal.aborted) {
      stop();
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    const end = (answer) => {
      signal.removeEventListener("abort", stop);
      resolve(answer);
    };
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        heard(Math.floor((100 * event.loaded) / event.total));
      }
    });
    request.addEventListener("load", () => end({ status: request.status, body: parsed(request.responseText) }));
    for (const name of ["error", "timeout"]) {
      request.addEventListener(name, () => end({ status: 0, body: {} }));
    }
    request.send(fields);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Wait, but go on at once when the browser says that it is connected again. */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", stop);
      resolve();
    };
    const stop = () => {
      end();
      reject(new DOMException("stopped", "AbortError"));
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal.addEventListener("abort", stop, { once: true });
  });
}
