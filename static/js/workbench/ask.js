// Requests of the workbench: same origin, JSON in and out, with the token of the page.

// An answer that is not a success: `status` 0 when nothing came back; `body.text` a sentence to show.
export class Refused extends Error {
  constructor(status, body = {}) {
    super(body.text ?? "");
    this.status = status;
    this.body = body;
  }

  // Whether the same request may succeed later: no connection, too busy, or trouble on the other side.
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const token = () => document.querySelector("#bench-token input").value;

// POST of `body` as JSON, or a GET when there is none. Throws Refused.
export async function ask(url, body = null) {
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" };
  if (body !== null) {
    options.method = "POST";
    options.headers["X-CSRFToken"] = token();
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  let text;
  try {
    response = await fetch(url, options);
    text = await response.text();
  } catch {
    throw new Refused(0);
  }
  const answer = parsed(text);
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
