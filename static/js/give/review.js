// Check and send: what stands is changed where it stands. Each answer is the site's own page, of which this one takes
// the card or the form that it needs; without script the same links and forms open those pages.
import { dataOf, load, swap } from "mpm/inplace.js";
import { closeSheet, openSheet, setUpSheet } from "mpm/give/edit.js";
import { showOffline, speak } from "mpm/give/words.js";

const LOOK_AGAIN_AFTER = 2500;
const list = document.querySelector("[data-cards]");

setUpSheet({
  tried,
  async saved(opener) {
    const [card, id] = [opener.closest("[data-card]"), opener.id];
    await refresh(card);
    closeSheet();
    (document.getElementById(id) ?? document.getElementById(card.id))?.focus();
    speak(list.dataset.kept);
  },
});

document.addEventListener("click", (event) => {
  const line = lineOf(event.target.closest("a"));
  if (line && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openSheet(line);
  }
});
list.addEventListener("change", (event) => {
  if (event.target.matches("select")) {
    event.target.form.requestSubmit();
  }
});
list.addEventListener("submit", async (event) => {
  event.preventDefault();
  const card = event.target.closest("[data-card]");
  const [key, wasThere] = [event.target.dataset.key, event.target.contains(document.activeElement)];
  if (await tried(() => load(event.target.action, dataOf(event.target, event.submitter)))) {
    const fresh = await refresh(card);
    speak(fresh ? list.dataset.kept : list.dataset.removed);
    if (wasThere) {
      (fresh?.querySelector(`[data-key="${key}"] :is(select, button:not([hidden]))`) ?? fresh ?? nextTo(card)).focus();
    }
  }
});
list.dataset.ready = "";
lookAgain();

/** A link that leads to a person's own page: in a card, or by way of the summary of what is missing. */
function lineOf(link) {
  if (link?.matches("[data-edit]")) {
    return link;
  }
  const target = link?.closest(".summary") && document.getElementById(link.hash.slice(1));
  return target?.matches("[data-edit]") ? target : null;
}

/** Show a card as it stands on the server now, and what is missing in the summary; the fresh card, if it is there. */
async function refresh(card) {
  const answer = await tried(() => load(location.pathname));
  if (!answer) {
    return card;
  }
  const { page, path, at } = answer;
  if (path !== location.pathname || !page.querySelector("[data-cards]")) {
    location.assign(at);
    return card;
  }
  const found = page.getElementById(card.id);
  tell(card, found);
  document.title = document.querySelector(".summary") ? document.title : page.title;
  if (!found) {
    card.hidden = true;
    return null;
  }
  return swap(card, found);
}

/** What is missing on a card, in the summary: what was put right is gone, and with the last line the summary. */
function tell(card, fresh) {
  const summary = document.querySelector(".summary");
  const targets = new Set([...card.querySelectorAll("[data-problem]")].map((problem) => problem.dataset.problem));
  const lines = [...(summary?.querySelectorAll("li") ?? [])].filter((line) => targets.has(line.firstElementChild?.hash));
  const left = new Set([...(fresh?.querySelectorAll("[data-problem]") ?? [])].map((problem) => problem.textContent));
  for (const line of lines) {
    if (!left.has(line.textContent)) {
      line.remove();
    }
  }
  if (summary && !summary.querySelector("li")) {
    summary.remove();
  }
}

function nextTo(card) {
  const cards = [...list.children];
  const others = [...cards.slice(cards.indexOf(card)), ...cards.reverse()].filter((other) => !other.hidden);
  return others[0] ?? document.querySelector("h1");
}

/** While a photo is being checked, its card comes by itself, unless somebody is in it. */
function lookAgain() {
  const card = list.querySelector("[data-state=received]:not([hidden])");
  if (card) {
    setTimeout(async () => {
      if (!card.isConnected || !card.contains(document.activeElement)) {
        await refresh(card);
      }
      lookAgain();
    }, LOOK_AGAIN_AFTER);
  }
}

/** The answer, or nothing where no connection brought one; then the page says so. */
async function tried(request) {
  try {
    const answer = await request();
    showOffline(false);
    return answer;
  } catch {
    showOffline(true);
    return null;
  }
}
