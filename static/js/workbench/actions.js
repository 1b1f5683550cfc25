// What the keys and buttons of the workbench do, by the names of annotation/keymap.py.

import { announce, refuse, say } from "mpm/workbench/messages.js";

const byId = (id) => document.getElementById(id);

// `parts`: session, picture, rail, border, prints, describe; `sheets`: exclude, undecided, last, keys; `send` answers.
export function actionsOf({ screen, parts, sheets, send }) {
  const { session, picture, rail, border, prints, describe } = parts;
  // Only while a photo is on the screen.
  const onPhoto = (action) => () => screen.draft && action(screen.draft);

  function save(draft) {
    if (screen.settling?.save() || rail.putCountRight()) return;
    const lacking = draft.firstWithoutAge();
    if (!lacking) {
      send("people");
      return;
    }
    const number = draft.state.people.findIndex(({ id }) => id === lacking.id) + 1;
    refuse(say("needAge", { number }));
    rail.focusAge(lacking.id);
  }

  return {
    save: onPhoto(save),
    as_said: onPhoto((draft) => {
      draft.asSaid();
      save(draft);
    }),
    add: onPhoto((draft) => picture.focusPerson(draft.add())),
    face: onPhoto(() => picture.takeFace() || announce(say("noFaces"))),
    count: onPhoto(() => byId("count").select()),
    describe: onPhoto(() => describe.focus()),
    border: onPhoto(() => border.toggle()),
    found: onPhoto(() => picture.useFound() || announce(say("noFound"))),
    text: onPhoto(() => prints.focus()),
    cover: onPhoto(() => picture.addCover()),
    zoom_in: onPhoto(() => picture.view.zoom(1)),
    zoom_out: onPhoto(() => picture.view.zoom(-1)),
    fit: onPhoto(() => picture.view.fit()),
    rotate: onPhoto(() => picture.view.rotate()),
    brighter: onPhoto(() => picture.view.brighten(1)),
    darker: onPhoto(() => picture.view.brighten(-1)),
    exclude: onPhoto(({ state }) => sheets.exclude(state.note)),
    undecided: onPhoto(({ state }) => sheets.undecided?.(state.exclusion ? "" : state.note)),
    not_now: onPhoto(() => session.notNow()),
    undo: async () => {
      if (!(await session.undo())) announce(say("nothingToUndo"));
    },
    last: sheets.last,
    keys: sheets.keys,
  };
}

// Keys that are always these: each says whether it did something.
export function fixedOf({ screen, parts: { picture, rail } }) {
  return {
    back: () => {
      picture.setTool(null);
      screen.focus();
      return true;
    },
    tab: () => {
      const first = screen.draft?.state.people[0];
      if (first) picture.focusPerson(first.id);
      return Boolean(first);
    },
    remove: () => {
      const { draft } = screen;
      if (!draft?.selected) return false;
      draft.remove(draft.selected.id);
      if (draft.selected) picture.focusPerson(draft.selected.id);
      else screen.focus();
      return true;
    },
    digit: (digit) => {
      const person = screen.draft?.selected;
      if (person) rail.typeAge(person.id, digit);
      return Boolean(person);
    },
  };
}
