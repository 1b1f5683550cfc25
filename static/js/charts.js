// Draws the numbers that stand in the page: as marks, or `stacked`, as bars of whole numbers upon each other; `whole` numbers have an axis
// without fractions, `bounds` are lines with words. Each chart is one stop for the Tab key; arrow keys step through its values.
import uPlot from "vendor/uplot/uPlot.esm.js";

const ROOT = document.documentElement;
const MOST_SPREAD = 50; // largest value by median: above it a scale by tenfold steps keeps the small ones apart
const PAGE = 10;
const THREE_DAYS = 3 * 86400;
const ROOMY = 600; // CSS pixels: a narrower plot has its names below, not beside
const TENS = Array.from({ length: 18 }, (_, place) => place - 6);
const STEPS = TENS.flatMap((ten) => [1, 2, 5].map((digit) => Number(`${digit}e${ten}`)));
const WHOLE_STEPS = STEPS.filter((step) => step >= 1);
const UTC = { timeZone: "UTC", day: "numeric", month: "short" };
// As the pages write days: 3 Nov 2026.
const LOCALE = ROOT.lang === "en" ? "en-GB" : ROOT.lang;
const day = new Intl.DateTimeFormat(LOCALE, UTC);
const date = new Intl.DateTimeFormat(LOCALE, { ...UTC, year: "numeric" });
const hour = new Intl.DateTimeFormat(LOCALE, { ...UTC, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const PRECISE = { maximumSignificantDigits: 3, maximumFractionDigits: 0, roundingPriority: "morePrecision" };
const short = new Intl.NumberFormat(ROOT.lang, PRECISE);
const tenths = new Intl.NumberFormat(ROOT.lang, { maximumFractionDigits: 1 });

const token = (name) => getComputedStyle(ROOT).getPropertyValue(name).trim();
const rem = () => parseFloat(getComputedStyle(ROOT).fontSize);
const moment = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
const known = (value) => value !== null && value !== undefined;

function isWide(series) {
  const values = series.flatMap(({ y, line }) => (line ? [] : y.filter(known))).sort((a, b) => a - b);
  return values[0] > 0 && values.at(-1) > MOST_SPREAD * values[Math.floor(values.length / 2)];
}

// Shapes differ with colours: filled circle, square, diamond, triangle.
function shape(context, kind, x, y, radius) {
  context.beginPath();
  if (kind === 0) context.arc(x, y, radius, 0, 2 * Math.PI);
  if (kind === 1) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  if (kind > 1) {
    context.moveTo(x, y - 1.3 * radius);
    context.lineTo(x + 1.3 * radius, kind === 2 ? y : y + radius);
    if (kind === 2) context.lineTo(x, y + 1.3 * radius);
    context.lineTo(x - 1.3 * radius, kind === 2 ? y : y + radius);
    context.closePath();
  }
  context.fill();
}

// The first series' bars are filled, the others' hollow.
function bar(context, place, left, top, width, height, em) {
  const rim = 0.12 * em;
  context.lineWidth = rim;
  if (place === 0) context.fillRect(left, top, width, height);
  else context.strokeRect(left + rim / 2, top + rim / 2, width - rim, Math.max(0, height - rim));
}

// A dashed line from left to right.
function across(context, left, right, top, em) {
  context.lineWidth = 0.12 * em;
  context.setLineDash([0.5 * em, 0.35 * em]);
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(right, top);
  context.stroke();
  context.setLineDash([]);
}

class Plot {
  constructor(host) {
    this.host = host;
    Object.assign(this, JSON.parse(document.getElementById(host.dataset.plot).textContent));
    if (!this.x.length) return;
    this.at = this.x.length - 1;
    this.readout = document.createElement("p");
    this.readout.className = "plot-readout";
    this.readout.setAttribute("aria-hidden", "true");
    this.names = document.createElement("ul");
    this.names.className = "plot-names";
    this.names.setAttribute("aria-hidden", "true");
    host.after(this.names, this.readout);
    for (const [name, value] of Object.entries({
      role: "slider",
      tabindex: "0",
      "aria-label": this.title,
      "aria-valuemin": "0",
      "aria-valuemax": String(this.at),
    })) {
      host.setAttribute(name, value);
    }
    host.addEventListener("keydown", (event) => this.step(event));
    host.addEventListener("focus", () => this.point());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.width !== host.clientWidth && this.draw()).observe(host);
    this.tell();
    const table = host.closest("figure")?.querySelector("details");
    if (table) table.open = false;
  }

  draw() {
    this.chart?.destroy();
    this.width = this.host.clientWidth;
    this.heights = this.stacked ? this.tops() : this.series.map(({ y }) => y);
    this.chart = new uPlot(this.options(), [this.x, ...this.heights], this.host);
    this.names.replaceChildren(...(this.series.length > 1 && !this.isRoomy() ? this.series.map((_, place) => this.name(place)) : []));
  }

  // A series' name below the plot, with the mark that it is drawn by.
  name(place) {
    const sample = document.createElement("canvas");
    const em = 0.875 * rem() * devicePixelRatio;
    sample.width = sample.height = Math.round(em);
    const context = sample.getContext("2d");
    context.fillStyle = context.strokeStyle = token(`--chart-${place + 1}`);
    if (this.series[place].line) across(context, 0, sample.width, em / 2, em);
    else if (this.stacked) bar(context, place, 0.1 * em, 0.1 * em, 0.8 * em, 0.8 * em, em);
    else shape(context, place, em / 2, em / 2, 0.3 * em);
    const item = document.createElement("li");
    item.append(sample, this.series[place].label);
    return item;
  }

  isRoomy() {
    return this.width >= ROOMY;
  }

  // Where each bar ends that stands upon those before it.
  tops() {
    const sums = this.x.map(() => 0);
    return this.series.map(({ y }) => y.map((value, index) => (sums[index] += value)));
  }

  options() {
    const size = 0.875 * rem();
    const axis = {
      font: `${size}px ${token("--font")}`,
      stroke: token("--muted"),
      grid: { stroke: token("--hairline"), width: 1 },
      ticks: { stroke: token("--control"), width: 1 },
    };
    return {
      width: this.width,
      height: Math.round(Math.min(20 * size, Math.max(12 * size, this.width / 2))),
      padding: [size, this.labelled(size), 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size } },
      scales: {
        x: { range: () => this.room() },
        y: !this.isWhole() && isWide(this.series) ? { distr: 3 } : { range: (_u, low, high) => this.reach(low, high) },
      },
      axes: [
        {
          ...axis,
          size: 3 * size,
          space: 8 * size,
          values: (_u, splits) => splits.map((seconds) => this.time(seconds, axis.font)),
        },
        {
          ...axis,
          size: (_u, values) => this.longest(values ?? [], axis.font) + 1.5 * size,
          space: 2.5 * size,
          incrs: this.isWhole() ? WHOLE_STEPS : STEPS,
          values: (_u, splits) => splits.map((value) => (known(value) ? this.amount(value) : "")),
        },
      ],
      series: [
        {},
        ...this.series.map(({ label, line }, place) => ({
          label,
          stroke: token(`--chart-${place + 1}`),
          width: 2,
          dash: [8, 6],
          points: { show: false },
          ...(line ? {} : { paths: () => null }),
        })),
      ],
      hooks: {
        draw: [(chart) => this.mark(chart, size)],
        setCursor: [({ cursor }) => known(cursor.idx) && this.tell(cursor.idx)],
      },
    };
  }

  // Some time at each end, so that no mark is cut.
  room() {
    const [low, high] = [this.x[0], this.x.at(-1)];
    const edge = Math.max((high - low) * 0.03, 3600);
    return [low - edge, high + edge];
  }

  // What stands below a tick; nothing where the right edge would cut it.
  time(seconds, font) {
    const [low, high] = this.room();
    const text = (this.isLong() ? day : hour).format(seconds * 1000);
    // The plot is not laid out yet; it takes three quarters of the width at the least.
    return (0.75 * this.width * (high - seconds)) / (high - low) + rem() < this.longest([text], font) / 2 ? "" : text;
  }

  // From nothing, unless all values lie so far from it that their differences would vanish; bounds are always seen.
  reach(low, high) {
    const top = Math.max(high, ...this.limits().map(({ at }) => at));
    if (this.isWhole()) return [0, Math.max(2, 1.15 * top)];
    if (!top) return [0, 1];
    const edge = (high - low || high) * 0.15;
    return low > 0.6 * high ? [low - edge, high + edge] : [0, high + edge];
  }

  isWhole() {
    return this.whole || this.stacked;
  }

  limits() {
    return this.bounds ?? [];
  }

  isLong() {
    return this.x.at(-1) - this.x[0] > THREE_DAYS;
  }

  font(size) {
    return `650 ${size}px ${token("--font")}`;
  }

  // Room at the right for the longest name of a series.
  labelled(size) {
    const labels = this.series.length > 1 && this.isRoomy() ? this.series.map(({ label }) => label) : [];
    return 1.5 * size + this.longest(labels, this.font(size));
  }

  longest(words, font) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = font;
    return Math.max(0, ...words.map((word) => context.measureText(word).width));
  }

  // Bounds, the marks, and where there is room each series' name at the height of its last one.
  mark(chart, size) {
    const { ctx: context } = chart;
    const em = size * devicePixelRatio;
    const names = [];
    context.save();
    context.font = this.font(em);
    for (const { at, label } of this.limits()) this.limit(chart, em, at, label);
    context.textAlign = "left";
    context.textBaseline = "middle";
    this.series.forEach(({ label }, place) => {
      context.fillStyle = context.strokeStyle = token(`--chart-${place + 1}`);
      const last = this.stacked ? this.bars(chart, place, em) : this.dots(chart, place, em);
      if (last !== null && this.series.length > 1 && this.isRoomy()) names.push({ label, last, colour: context.fillStyle });
    });
    // From the lowest up, a line apart: none reaches into the axis.
    let most = chart.bbox.top + chart.bbox.height - 0.5 * em;
    for (const { label, last, colour } of names.sort((one, other) => other.last - one.last)) {
      const top = Math.min(last, most);
      context.fillStyle = colour;
      context.fillText(label, chart.bbox.left + chart.bbox.width + 0.5 * em, top);
      most = top - 1.2 * em;
    }
    context.restore();
  }

  // What no value should pass: a line over the whole plot, its words upon it.
  limit(chart, em, at, label) {
    const { ctx: context, bbox } = chart;
    const top = chart.valToPos(at, "y", true);
    context.fillStyle = context.strokeStyle = token("--danger");
    across(context, bbox.left, bbox.left + bbox.width, top, em);
    context.textAlign = "right";
    context.textBaseline = "bottom";
    context.fillText(label, bbox.left + bbox.width, top - 0.2 * em);
  }

  // A mark at each value; the height of the last one.
  dots(chart, place, em) {
    const { y, line } = this.series[place];
    let last = null;
    y.forEach((value, index) => {
      if (!known(value)) return;
      last = chart.valToPos(value, "y", true);
      if (!line) shape(chart.ctx, place, chart.valToPos(this.x[index], "x", true), last, 0.28 * em);
    });
    return last;
  }

  // Bars upon each other, none behind another; the middle of the last one.
  bars(chart, place, em) {
    const along = (index) => chart.valToPos(this.x[index], "x", true);
    const width = this.x.length > 1 ? 0.7 * (along(1) - along(0)) : em;
    let middle = null;
    this.series[place].y.forEach((value, index) => {
      const top = chart.valToPos(this.heights[place][index], "y", true);
      const foot = chart.valToPos(this.heights[place][index] - value, "y", true);
      middle = (top + foot) / 2;
      if (value) bar(chart.ctx, place, along(index) - width / 2, top, width, foot - top, em);
    });
    return middle;
  }

  amount(value) {
    return `${(this.whole ? tenths : short).format(value)} ${this.unit}`.trim();
  }

  tell(index = this.at) {
    this.at = index;
    const told = this.series
      .filter(({ y }) => known(y[index]))
      .map(({ label, y }) => (this.series.length > 1 ? `${label} ${this.amount(y[index])}` : this.amount(y[index])));
    // Of what is counted by whole days or weeks, the hour says nothing.
    const at = this.daily ? date.format(this.x[index] * 1000) : moment(this.x[index]);
    const text = `${at}: ${told.join(", ") || "\u2013"}`;
    this.host.setAttribute("aria-valuenow", String(index));
    this.host.setAttribute("aria-valuetext", text);
    this.readout.textContent = text;
  }

  point() {
    const value = this.series.map(({ y }) => y[this.at]).find(known);
    const left = this.chart.valToPos(this.x[this.at], "x");
    this.chart.setCursor({ left, top: known(value) ? this.chart.valToPos(value, "y") : 0 });
    this.tell();
  }

  step(event) {
    const last = this.x.length - 1;
    const to = {
      ArrowLeft: this.at - 1,
      ArrowDown: this.at - 1,
      ArrowRight: this.at + 1,
      ArrowUp: this.at + 1,
      PageDown: this.at - PAGE,
      PageUp: this.at + PAGE,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.at = Math.min(Math.max(to, 0), last);
    this.point();
  }
}

for (const host of document.querySelectorAll("[data-plot]")) new Plot(host);
