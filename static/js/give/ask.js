// Requests of the giving pages: same origin, the token of a form on the page, answers as JSON.

/** An answer that is not a success: `status` 0 when nothing came back. `body.error` is a sentence to show. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? "");
    this.status = status;
    this.body = body;
  }

  /** Whether the same request may succeed later: no connection, too busy, or trouble on the other side. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]").value;
}

/** GET, or POST when fields are given. Throws Refused; follows the page to where the answer says it moved. */
export async function ask(url, fields = null) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin" };
  if (fields) {
    options.method = "POST";
    options.headers["X-CSRFToken"] = token();
    options.body = fields instanceof FormData ? fields : new URLSearchParams(fields);
    // A change that is on its way when the page is left still arrives.
    options.keepalive = true;
  }
  let response;
  let body;
  try {
    response = await fetch(url, options);
    body = await response.text();
  } catch {
    throw new Refused(0, {});
  }
  try {
    body = JSON.parse(body);
  } catch {
    body = {};
  }
  if (response.status === 409 && body.next) {
    location.assign(body.next);
  }
  if (!response.ok) {
    throw new Refused(response.status, body);
  }
  return body;
}

/** Wait, but go on at once when the browser says that it is connected again, when woken, or stop when aborted. */
export function pause(milliseconds, { signal = null, hold = {} } = {}) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal?.removeEventListener("abort", stop);
      hold.wake = null;
      resolve();
    };
    const stop = () => {
      end();
      reject(new DOMException("stopped", "AbortError"));
    };
    const timer = setTimeout(end, milliseconds);
    hold.wake = end;
    addEventListener("online", end);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
