// A picture is the answer to one press: small, for a short while, and then gone. It has no address that could be opened again.
const sheet = document.querySelector(".find-look");
const SECOND = 1000;

class Look {
  constructor(dialog) {
    this.dialog = dialog;
    this.form = dialog.querySelector("[data-ask]");
    this.figure = dialog.querySelector("[data-shown]");
    this.left = dialog.querySelector("[data-left]");
    this.said = dialog.querySelector("[data-said]");
    this.timer = null;
    this.asking = null;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.asking) this.ask();
    });
    dialog.querySelector("[data-away]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.forget());
    this.figure.addEventListener("contextmenu", (event) => event.preventDefault());
    // Leaving the page for another window or tab ends the look, too.
    document.addEventListener("visibilitychange", () => document.hidden && this.timer && this.end());
    addEventListener("pagehide", () => this.forget());
  }

  open(button) {
    this.form.action = button.dataset.look;
    this.dialog.querySelector("[data-short]").textContent = button.dataset.photo;
    this.form.hidden = false;
    this.said.textContent = "";
    this.dialog.showModal();
  }

  async ask() {
    const asking = new AbortController();
    this.asking = asking;
    let image;
    try {
      image = await fetched(this.form, asking.signal);
    } catch (error) {
      if (!asking.signal.aborted) this.end(error instanceof Refused ? "refused" : "failed", error instanceof Stopped ? error.message : "");
      return;
    }
    if (asking.signal.aborted) URL.revokeObjectURL(image.src);
    else this.show(image);
  }

  show(image) {
    image.alt = this.dialog.querySelector("#look-title").textContent.trim();
    image.draggable = false;
    this.form.hidden = true;
    this.figure.prepend(image);
    this.figure.hidden = false;
    this.dialog.querySelector("[data-away]").focus();
    const until = performance.now() + Number(this.dialog.dataset.seconds) * SECOND;
    const tell = () => {
      const seconds = Math.ceil((until - performance.now()) / SECOND);
      if (seconds <= 0) this.end();
      else this.left.textContent = this.left.dataset.left.replace("%(seconds)s", seconds);
    };
    this.timer = setInterval(tell, SECOND / 4);
    tell();
  }

  // `words` are the server's own, where it said why.
  end(why = "closed", words = "") {
    this.forget();
    this.form.hidden = true;
    this.said.textContent = words || this.dialog.dataset[why];
    this.said.focus();
  }

  // The bytes go with the element: what is only hidden could be shown again.
  forget() {
    this.asking?.abort();
    this.asking = null;
    clearInterval(this.timer);
    this.timer = null;
    const image = this.figure.querySelector("img");
    if (image) URL.revokeObjectURL(image.src);
    image?.remove();
    this.figure.hidden = true;
  }
}

class Refused extends Error {}
class Stopped extends Error {}

// Whoever is signed out is answered with a page: that is no picture either.
async function fetched(form, signal) {
  const headers = { Accept: "image/jpeg" };
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers, signal });
  if (response.status === 404) throw new Refused();
  const kind = response.headers.get("Content-Type") ?? "";
  if (response.status === 403 && kind.startsWith("text/plain")) throw new Stopped(await response.text());
  if (!response.ok || !kind.startsWith("image/")) throw new Error(kind);
  const image = new Image();
  image.src = URL.createObjectURL(await response.blob());
  await image.decode();
  return image;
}

if (sheet) {
  const look = new Look(sheet);
  for (const button of document.querySelectorAll("[data-look]")) {
    button.hidden = false;
    button.addEventListener("click", () => look.open(button));
  }
}

const all = document.querySelector("[data-tick-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    for (const box of document.querySelectorAll("input[form=exclude]")) box.checked = true;
  });
}
