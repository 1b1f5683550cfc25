// The photos of this sending as the page knows them. The server holds them; a file on its way is known here alone.

const photos = new Map();
const watchers = new Set();

/** All photos, by number. */
export function all() {
  return [...photos.values()].sort((one, other) => one.number - other.number);
}

/** Those that can still be given. */
export function held() {
  return all().filter((photo) => photo.state !== "refused");
}

export function get(key) {
  return photos.get(key);
}

export function byId(id) {
  return id ? all().find((photo) => photo.id === id) : undefined;
}

/** Keep a photo: as the server describes it (then its id is its key), or a file of a key of its own. */
export function put(photo) {
  const kept = { sent: 0, trouble: "", file: null, people: [], ...photo, key: photo.key ?? photo.id };
  photos.set(kept.key, kept);
  touch(kept);
  return kept;
}

/** Change a photo's facts and tell everybody who shows them. */
export function change(photo, facts) {
  Object.assign(photo, facts);
  touch(photo);
}

export function drop(photo) {
  photos.delete(photo.key);
  touch(photo);
}

/** Have `watcher(photo)` called after each change. */
export function watch(watcher) {
  watchers.add(watcher);
}

export function touch(photo) {
  for (const watcher of watchers) {
    watcher(photo);
  }
}

/** Whether everything was said about a photo: who is in it, with age and basis, or that nobody is. */
export function isWhole(photo) {
  return photo.people.length ? photo.people.every((person) => person.whole) : photo.nobody === true;
}

/** The photo to go on with: the next one with something missing, from `after` on and then from the first. */
export function nextToMark(after = null) {
  const waiting = held().filter((photo) => !isWhole(photo) && photo !== after);
  return (after && waiting.find((photo) => photo.number > after.number)) ?? waiting[0] ?? null;
}
