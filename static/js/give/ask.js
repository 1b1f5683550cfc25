// Requests of the giving pages: same origin, the token of a form on the page, answers as JSON.

/** An answer that is not a success: `status` 0 when nothing came back. `body.error` is a sentence to show. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error ?? "");
    this.status = status;
    this.body = body;
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
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Refused(0, {});
  }
  const body = await response.json().catch(() => ({}));
  if (response.status === 409 && body.next) {
    location.assign(body.next);
  }
  if (!response.ok) {
    throw new Refused(response.status, body);
  }
  return body;
}

/** Fill in a sentence's %(name)s and %(name)d. */
export function fill(sentence, values) {
  return sentence.replace(/%\((\w+)\)[sd]/g, (whole, name) => values[name] ?? whole);
}

/** Show or hide the words about a lost connection. */
export function showOffline(isOffline) {
  document.querySelector("[data-offline] p").hidden = !isOffline;
}
