// What a form or a link would open, fetched as a page of the site, so that a part of it can be shown in this one.

/** GET, or POST when a form's data is given; follows redirects. Gives the page, where it stands, and its status.
 *
 * Rejects when nothing came back. The browser parses the page without running anything in it. */
export function load(url, body = null) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(body ? "POST" : "GET", url);
    request.responseType = "document";
    request.setRequestHeader("Accept", "text/html");
    request.addEventListener("load", () => {
      const { response: page, responseURL: at, status } = request;
      if (page) {
        resolve({ page, status, at, path: new URL(at).pathname });
      } else {
        reject(new Error("no page"));
      }
    });
    request.addEventListener("error", () => reject(new Error("no connection")));
    request.send(body);
  });
}

/** What a form sends when this button is pressed. */
export function dataOf(form, button) {
  const data = new FormData(form);
  if (button?.name) {
    data.append(button.name, button.value);
  }
  return data;
}

/** Put a part of a fetched page into the place of one here; the part as it stands here. */
export function swap(part, fetched) {
  const fresh = document.adoptNode(fetched);
  part.replaceWith(fresh);
  return fresh;
}
