// Ages as they are written and shown: "7", "3.5", "18m" for months, "6-8" for somewhere between, "7 (6-8)" for both.

const MOST = 130;
const NUMBER = String.raw`(\d+(?:[.,]\d+)?)\s*(m?)`;
const ONE = new RegExp(`^${NUMBER}$`);
const RANGE = new RegExp(`^${NUMBER}\\s*[-–]\\s*${NUMBER}$`);
const BOTH = new RegExp(`^${NUMBER}\\s*\\(\\s*${NUMBER}\\s*[-–]\\s*${NUMBER}\\s*\\)$`);

const round = (years) => Math.round(years * 100) / 100;
const years = (number, months) => round(Number.parseFloat(number.replace(",", ".")) / (months ? 12 : 1));

// { age, low, high } in years, low and high null without a range; null for anything that is no age.
export function parseAge(text) {
  const written = text.trim().toLowerCase();
  const one = written.match(ONE);
  if (one) return sound({ age: years(one[1], one[2]), low: null, high: null });
  const range = written.match(RANGE);
  if (range) {
    const [low, high] = [years(range[1], range[2] || range[4]), years(range[3], range[4])];
    return sound({ age: round((low + high) / 2), low, high });
  }
  const both = written.match(BOTH);
  if (!both) return null;
  const age = years(both[1], both[2]);
  return sound({ age, low: years(both[3], both[4] || both[6]), high: years(both[5], both[6]) });
}

function sound(found) {
  const { age, low, high } = found;
  const inOrder = (low ?? age) <= age && age <= (high ?? age);
  return inOrder && (high ?? age) < MOST ? found : null;
}

// As the field shows it, and as parseAge reads it again; empty without an age.
export function ageText({ age, low, high }) {
  if (age === null || age === undefined) return "";
  const from = low ?? age;
  const to = high ?? age;
  return from === age && to === age ? String(age) : `${age} (${from}–${to})`;
}
