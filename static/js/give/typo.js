// Points out a likely typo in an address while it is written. Its button takes the address that was probably meant;
// nothing is ever corrected or stopped by itself.
const hint = document.querySelector("[data-typo]");
const input = document.getElementById(hint.dataset.typo);
const domains = hint.dataset.domains.split(" ");
const button = hint.querySelector("button");
const RESTS = 700;
let timer = null;

// Once the typing rests, and not when the field is left: then the page would move under the finger that presses Send.
input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, RESTS);
});
button.addEventListener("click", (event) => {
  event.preventDefault();
  input.value = button.value;
  show("");
  input.focus();
});

function look() {
  const [local, domain = ""] = input.value.trim().toLowerCase().split("@");
  const meant = domains.includes(domain) ? "" : domains.find((known) => isOneSlip(domain, known));
  show(meant ? `${local}@${meant}` : "");
}

function show(address) {
  const words = (sentence) => (address ? sentence.replace("%(address)s", address) : "");
  hint.querySelector("[data-typo-words]").textContent = words(hint.dataset.words);
  button.textContent = words(hint.dataset.use);
  button.value = address;
  button.hidden = !address;
}

/** Whether one letter too many, too few, wrong, or two swapped make the first into the second. */
function isOneSlip(typed, known) {
  let start = 0;
  while (start < typed.length && typed[start] === known[start]) {
    start += 1;
  }
  const [rest, wanted] = [typed.slice(start), known.slice(start)];
  const isSwapped = rest[0] === wanted[1] && rest[1] === wanted[0] && rest.slice(2) === wanted.slice(2);
  const isOff = rest.slice(1) === wanted || rest === wanted.slice(1) || rest.slice(1) === wanted.slice(1);
  return typed.length > 3 && (isOff || isSwapped);
}

// What was written before this script was there, or filled in by the browser.
look();
