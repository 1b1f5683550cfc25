// A look at a held photo closes by itself. Holding, letting go and the box are the stylesheet's matter.
const figure = document.querySelector("[data-look]");
const picture = figure?.querySelector("img");
const left = figure?.querySelector("[data-left]");
const closed = document.querySelector("[data-closed]");
const SECOND = 1000;
let timer = null;

function end(words) {
  clearInterval(timer);
  const hadFocus = figure.contains(document.activeElement);
  // The bytes go with the element: what is only hidden could be shown again.
  picture.removeAttribute("src");
  figure.remove();
  closed.textContent = words;
  if (hadFocus) closed.focus();
}

function begin() {
  const until = performance.now() + Number(figure.dataset.look) * SECOND;
  const tell = () => {
    const seconds = Math.ceil((until - performance.now()) / SECOND);
    if (seconds <= 0) end(closed.dataset.closed);
    else left.textContent = left.dataset.left.replace("%(seconds)s", seconds);
  };
  timer = setInterval(tell, SECOND / 4);
  tell();
}

if (figure) {
  const close = figure.querySelector("[data-close]");
  close.hidden = false;
  close.addEventListener("click", () => end(closed.dataset.closed));
  figure.addEventListener("contextmenu", (event) => event.preventDefault());
  // Leaving the page for another window or tab ends the look, too.
  document.addEventListener("visibilitychange", () => document.hidden && figure.isConnected && end(closed.dataset.closed));
  if (picture.complete) picture.naturalWidth ? begin() : end(closed.dataset.failed);
  else {
    picture.addEventListener("load", begin, { once: true });
    picture.addEventListener("error", () => figure.isConnected && end(closed.dataset.failed), { once: true });
  }
}
