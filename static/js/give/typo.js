// Points out a likely typo in an address while it is written. It never changes the address and never stops anybody.
const hint = document.querySelector("[data-typo]");
const input = document.getElementById(hint.dataset.typo);
const domains = hint.dataset.domains.split(" ");

input.addEventListener("change", () => {
  const [local, domain = ""] = input.value.trim().toLowerCase().split("@");
  const meant = domains.includes(domain) ? "" : domains.find((known) => isOneSlip(domain, known));
  hint.hidden = !meant;
  hint.textContent = meant ? hint.dataset.words.replace("%(address)s", `${local}@${meant}`) : "";
});

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
