// The workbench: one document, one photo after another. This module only ties the others together.

import { actionsOf, fixedOf } from "mpm/workbench/actions.js";
import { Border } from "mpm/workbench/border.js";
import { Bottom } from "mpm/workbench/bottom.js";
import { Conflict } from "mpm/workbench/conflict.js";
import { Describe } from "mpm/workbench/describe.js";
import { Exclude } from "mpm/workbench/exclude.js";
import { Keep } from "mpm/workbench/keep.js";
import { KeyMap } from "mpm/workbench/keymap.js";
import { Keys } from "mpm/workbench/keys.js";
import { lastReadings } from "mpm/workbench/last.js";
import { keepLeases } from "mpm/workbench/leases.js";
import { hinder, refuse, say, unhinder } from "mpm/workbench/messages.js";
import { Picture } from "mpm/workbench/picture.js";
import { Prints } from "mpm/workbench/prints.js";
import { Rail } from "mpm/workbench/rail.js";
import { Screen } from "mpm/workbench/screen.js";
import { Session } from "mpm/workbench/session.js";
import { undecided } from "mpm/workbench/undecided.js";
import { Waiting } from "mpm/workbench/waiting.js";

const byId = (id) => document.getElementById(id);
const given = (id) => JSON.parse(byId(id).textContent);

const bench = byId("bench").dataset;
const keymap = given("keymap");
const undoSeconds = Number(bench.undoSeconds);

const keep = new Keep(bench.staff);
const session = new Session({ keep, ahead: Number(bench.ahead), undoSeconds });
const picture = new Picture({ host: byId("picture") });
const rail = new Rail({
  list: byId("people"),
  total: byId("people-total"),
  count: byId("count"),
  low: byId("count-low"),
  face: document.querySelector("[data-action=face]"),
});
const border = new Border({ section: byId("border"), picture });
const prints = new Prints({ section: byId("text"), picture, trouble });
const describe = new Describe({
  field: byId("describe"),
  list: byId("terms"),
  chips: byId("chosen-terms"),
  none: byId("no-term"),
  groups: given("vocabulary"),
});
const bottom = new Bottom({ line: byId("line"), own: given("own"), undoSeconds });
const waiting = new Waiting({ panel: byId("waiting"), session, canvas: byId("canvas") });
const conflict = new Conflict({ dialog: byId("conflict-dialog"), session, sent: () => bottom.sending() });
const exclude = new Exclude({
  dialog: byId("exclude-dialog"),
  lettersOff: () => keymap.letters_off,
  answer: (reason, note) => {
    screen.draft.change((state) => Object.assign(state, { exclusion: reason, note }));
    send("excluded");
  },
});
// Whoever settles decides: there is no such sheet then.
const undecidedDialog = byId("undecided-dialog");
const askUndecided =
  undecidedDialog &&
  undecided({
    dialog: undecidedDialog,
    answer: (note) => {
      screen.draft.change((state) => Object.assign(state, { exclusion: "", note }));
      send("undecided");
    },
  });
const showLast = lastReadings({ dialog: byId("last-dialog"), correct: (reading) => session.takeBack(reading), trouble });
const list = new KeyMap({
  dialog: byId("keys-dialog"),
  keymap,
  without: undecidedDialog ? [] : ["undecided"],
  use: (map) => keys.use(map),
});

const parts = { session, picture, rail, border, prints, describe };
const shows = [rail, border, prints, describe];
const screen = new Screen({ session, picture, parts: shows, waiting, bottom, send });
const sheets = {
  exclude: (note) => exclude.open(note),
  undecided: askUndecided,
  last: showLast,
  keys: () => list.open(),
};
const actions = actionsOf({ screen, parts, sheets, send });
const keys = new Keys({ keymap, actions, canvas: screen.canvas, fixed: fixedOf({ screen, parts }) });

function send(kind, extra = {}) {
  refuse("");
  bottom.sending();
  session.submit(kind, extra);
}

async function takeAgain() {
  const refusal = await session.takeCurrent();
  if (refusal) trouble(refusal);
}

function trouble(refusal) {
  if (refusal.status === 401) {
    const href = `${refusal.body.sign_in ?? ""}?next=${encodeURIComponent(location.pathname)}`;
    hinder("staff", say("signedOut"), { href, text: say("signIn") });
  } else if (refusal.status === 403) {
    hinder("staff", say("stale"), { href: location.pathname, text: say("loadAgain") });
  } else if (refusal.isPassing) {
    hinder("connection", say(refusal.status === 0 ? "offline" : "busy"));
  } else {
    bottom.tell(refusal.message || say("gone"));
  }
}

session.addEventListener("own", ({ detail }) => bottom.figures(detail));
session.addEventListener("saved", ({ detail }) => bottom.keptAt(detail.answer.at));
session.addEventListener("taken-back", () => bottom.takenBack());
session.addEventListener("trouble", ({ detail }) => trouble(detail.refusal));
session.addEventListener("well", () => unhinder("connection"));
session.addEventListener("refused", ({ detail: { item, refusal } }) => {
  bottom.tell(say("notSaved"));
  if (refusal.status !== 422) {
    conflict.show(item, refusal);
    return;
  }
  refuse(refusal.message);
  const person = item.state.people[refusal.body.person];
  if (person) rail.focusAge(person.id);
});
picture.addEventListener("digit", ({ detail }) => rail.typeAge(detail.id, detail.digit));
picture.addEventListener("left", () => screen.focus());
document.addEventListener("visibilitychange", () => session.current?.look(!document.hidden));
document.querySelectorAll("[data-action]").forEach((button) => {
  button.addEventListener("click", () => actions[button.dataset.action]());
});
byId("draw-box").addEventListener("click", () => picture.setTool(picture.tool === "person" ? null : "person"));
picture.addEventListener("tool", ({ detail }) => byId("draw-box").setAttribute("aria-pressed", String(detail === "person")));
byId("stop").addEventListener("click", () => session.stop());
document.querySelectorAll("[data-count]").forEach((button) => {
  button.addEventListener("click", () => rail.addToCount(Number(button.dataset.count)));
});
document.querySelectorAll("dialog [data-close]").forEach((button) => {
  button.addEventListener("click", () => button.closest("dialog").close());
});
document.querySelectorAll("dialog").forEach((dialog) => {
  dialog.addEventListener("close", () => {
    if (document.activeElement === document.body) screen.focus();
  });
});

keepLeases({
  session,
  keep,
  trouble,
  renewed: () => bottom.held(session.current?.task ?? null),
  lost: (tasks) => {
    if (tasks.includes(session.current?.task.task)) {
      hinder("lost", say("lost"), { press: takeAgain, text: say("takeAgain") });
    }
    session.lose(tasks);
  },
});

session.begin(given("held"));
