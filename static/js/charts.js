// Draws the numbers that stand in the page: as marks, or `stacked`, as bars of whole numbers upon each other. Each chart is one stop for the Tab key; arrow keys step through its values.
import uPlot from "vendor/uplot/uPlot.esm.js";

const ROOT = document.documentElement;
const MOST_SPREAD = 50; // largest value by median: above it a scale by tenfold steps keeps the small ones apart
const PAGE = 10;
const THREE_DAYS = 3 * 86400;
const UTC = { timeZone: "UTC", day: "numeric", month: "short" };
// As the pages write days: 3 Nov 2026.
const LOCALE = ROOT.lang === "en" ? "en-GB" : ROOT.lang;
const day = new Intl.DateTimeFormat(LOCALE, UTC);
const date = new Intl.DateTimeFormat(LOCALE, { ...UTC, year: "numeric" });
const hour = new Intl.DateTimeFormat(LOCALE, { ...UTC, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const number = new Intl.NumberFormat(ROOT.lang, { maximumSignificantDigits: 3 });

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

class Plot {
  constructor(host) {
    this.host = host;
    Object.assign(this, JSON.parse(document.getElementById(host.dataset.plot).textContent));
    if (!this.x.length) return;
    this.at = this.x.length - 1;
    this.readout = document.createElement("p");
    this.readout.className = "plot-readout";
    this.readout.setAttribute("aria-hidden", "true");
    host.after(this.readout);
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
        y: !this.stacked && isWide(this.series) ? { distr: 3 } : { range: (_u, low, high) => this.reach(low, high) },
      },
      axes: [
        {
          ...axis,
          size: 3 * size,
          space: 8 * size,
          values: (_u, splits) => splits.map((seconds) => (this.isLong() ? day : hour).format(seconds * 1000)),
        },
        {
          ...axis,
          size: 5 * size,
          space: 2.5 * size,
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

  // From nothing, unless all values lie so far from it that their differences would vanish.
  reach(low, high) {
    const edge = (high - low || high || 1) * 0.15;
    return low > 0.6 * high ? [low - edge, high + edge] : [0, high + edge];
  }

  isLong() {
    return this.x.at(-1) - this.x[0] > THREE_DAYS;
  }

  font(size) {
    return `650 ${size}px ${token("--font")}`;
  }

  // Room at the right for the longest name of a series.
  labelled(size) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = this.font(size);
    const widths = this.series.map(({ label }) => context.measureText(label).width);
    return size + (this.series.length > 1 ? Math.max(...widths) : 0);
  }

  // The marks, and each series' name at the height of its last one.
  mark(chart, size) {
    const { ctx: context } = chart;
    const em = size * devicePixelRatio;
    const taken = [];
    context.save();
    context.font = this.font(em);
    context.textAlign = "left";
    context.textBaseline = "middle";
    this.series.forEach(({ label }, place) => {
      context.fillStyle = context.strokeStyle = token(`--chart-${place + 1}`);
      const last = this.stacked ? this.bars(chart, place, em) : this.dots(chart, place, em);
      if (last === null || this.series.length < 2) return;
      let top = last;
      while (taken.some((other) => Math.abs(other - top) < 1.2 * em)) top += 0.2 * em;
      taken.push(top);
      context.fillText(label, chart.bbox.left + chart.bbox.width + 0.5 * em, top);
    });
    context.restore();
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

  // Bars upon each other, none behind another: the first filled, the others hollow; the middle of the last one.
  bars(chart, place, em) {
    const across = (index) => chart.valToPos(this.x[index], "x", true);
    const width = this.x.length > 1 ? 0.7 * (across(1) - across(0)) : em;
    const rim = 0.12 * em;
    let middle = null;
    this.series[place].y.forEach((value, index) => {
      const top = chart.valToPos(this.heights[place][index], "y", true);
      const foot = chart.valToPos(this.heights[place][index] - value, "y", true);
      middle = (top + foot) / 2;
      if (!value) return;
      const left = across(index) - width / 2;
      if (place === 0) chart.ctx.fillRect(left, top, width, foot - top);
      chart.ctx.lineWidth = rim;
      if (place > 0) chart.ctx.strokeRect(left + rim / 2, top + rim / 2, width - rim, Math.max(0, foot - top - rim));
    });
    return middle;
  }

  amount(value) {
    return `${number.format(value)} ${this.unit}`.trim();
  }

  tell(index = this.at) {
    this.at = index;
    const told = this.series
      .filter(({ y }) => known(y[index]))
      .map(({ label, y }) => (this.series.length > 1 ? `${label} ${this.amount(y[index])}` : this.amount(y[index])));
    // Of what is counted by whole days or weeks, the hour says nothing.
    const at = this.daily ? date.format(this.x[index] * 1000) : moment(this.x[index]);
    const text = `${at}: ${told.join(", ")}`;
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
