// A button that helps only after a while says in words how long that is. Without script it works at once.
const form = document.querySelector("[data-countdown]");
const button = form?.querySelector("button");
const words = document.getElementById("countdown");
const over = document.querySelector("[data-countdown-over]");
const SECOND = 1000;

if (form && Number(form.dataset.countdown) > 0) {
  const until = Date.now() + Number(form.dataset.countdown) * SECOND;
  const left = () => Math.ceil((until - Date.now()) / SECOND);
  // It keeps the focus, and says why it waits: a disabled one would do neither.
  button.setAttribute("aria-disabled", "true");
  form.addEventListener("submit", (event) => {
    if (left() > 0) {
      event.preventDefault();
    }
  });
  const timer = setInterval(show, SECOND);
  show();

  function show() {
    const seconds = left();
    if (seconds > 0) {
      words.textContent = seconds === 1 ? words.dataset.one : words.dataset.many.replace("%(seconds)s", seconds);
      return;
    }
    clearInterval(timer);
    button.removeAttribute("aria-disabled");
    words.textContent = "";
    over.textContent = over.dataset.countdownOver;
  }
}
