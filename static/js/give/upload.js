// Sends one file and does not give up: a lost connection is tried again until the file has arrived or was refused.
import { pause, token } from "mpm/give/ask.js";

const PAUSES = [1000, 2000, 4000, 8000, 15000];

/**
 * Send `fields` (a FormData maker) to `url`. `heard(percent)` while it goes, `lost(why)` when it waits: "offline", "busy",
 * or "" when it goes on. `hold.wake()` ends a wait. Resolves with { status, body }; rejects with AbortError when `signal`
 * aborts.
 */
export async function upload(url, fields, { heard, lost, signal, hold }) {
  for (let tries = 0; ; tries += 1) {
    const answer = await once(url, fields(), heard, signal);
    const isBusy = answer.status === 429 || answer.status >= 500;
    if (answer.status !== 0 && !isBusy) {
      lost("");
      return answer;
    }
    lost(isBusy ? "busy" : "offline");
    const wait = Math.max(PAUSES[Math.min(tries, PAUSES.length - 1)], 1000 * answer.after);
    await pause(wait, { signal, hold });
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
    const end = (status, body, after = 0) => {
      signal.removeEventListener("abort", stop);
      resolve({ status, body, after });
    };
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        heard(Math.floor((100 * event.loaded) / event.total));
      }
    });
    request.addEventListener("load", () => {
      const after = Number.parseInt(request.getResponseHeader("Retry-After") ?? "", 10);
      end(request.status, parsed(request.responseText), Number.isNaN(after) ? 0 : Math.min(after, 60));
    });
    for (const name of ["error", "timeout"]) {
      request.addEventListener(name, () => end(0, {}));
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
