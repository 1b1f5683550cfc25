"""Charts as SVG files: lines over sizes, both axes logarithmic, and bars. They follow the reader's light or dark."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

WIDE: Final = 820
# Room on the left for the axis' words, on the right for the lines' names.
LEFT, RIGHT, TOP, BOTTOM = 64, 310, 52, 44
HIGH: Final = 320
ROW: Final = 24
LABEL: Final = 15
BAR_LEFT, BAR_RIGHT = 310, 90
MOST_LINES: Final = 6
# Letters of a name.
LONGEST: Final = 42
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#a0529c", "#8a6d00", "#c0392b")
_DARK: Final = ("#56b4e9", "#f0924c", "#3cc79a", "#d98fc7", "#e0c341", "#ef7f72")
_STYLE: Final = (
    "text{{font:13px system-ui,sans-serif;fill:#222}}.t{{font-weight:600;font-size:15px}}.q{{fill:#666}}"
    ".g{{stroke:#ddd}}.p{{fill:#fff;stroke:#ddd}}.b{{fill:#0072b2}}{light}"
    "@media(prefers-color-scheme:dark){{text{{fill:#eee}}.q{{fill:#aaa}}.g{{stroke:#3a3a3a}}"
    ".p{{fill:#16181c;stroke:#3a3a3a}}.b{{fill:#56b4e9}}{dark}}}"
)
Points = Mapping[int, float]


def lines(title: str, of: str, unit: str, series: Mapping[str, Points]) -> str:
    """Lines over sizes; `of` says what the sizes count. The largest MOST_LINES of those that have two sizes or more.

    Raises ValueError when there are none.
    """
    kept = _largest({name: points for name, points in series.items() if len(points) > 1 and min(points.values()) > 0})
    if not kept:
        raise ValueError(title)
    sizes = sorted({size for points in kept.values() for size in points})
    values = [value for points in kept.values() for value in points.values()]
    low, high = _decades(values)

    def x(size: int) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])

    def y(value: float) -> float:
        return TOP + (HIGH - TOP - BOTTOM) * (1 - (math.log10(value) - low) / (high - low))

    parts = [
        _rule(LEFT, y(10**power), WIDE - RIGHT, f"{10.0**power:,.{max(0, -power)}f}") for power in range(low, high + 1)
    ]
    parts += [_text(x(size), HIGH - BOTTOM + 18, f"{size:,}", anchor="middle", quiet=True) for size in sizes]
    parts.append(_text((LEFT + WIDE - RIGHT) / 2, HIGH - 8, of, anchor="middle", quiet=True))
    ends = _apart([y(points[max(points)]) for points in kept.values()])
    for number, ((name, points), end) in enumerate(zip(kept.items(), ends, strict=True)):
        parts.append(_line([(x(size), y(value)) for size, value in sorted(points.items())], number))
        parts.append(_text(WIDE - RIGHT + 10, end + 4, _cut(name), kind=f"n{number}"))
    return _whole(f"{title}, {unit}", HIGH, parts)


def bars(title: str, unit: str, values: Mapping[str, float]) -> str:
    """A bar for each value, from nothing on. Raises ValueError without a value above nothing."""
    longest = max(values.values(), default=0)
    if longest <= 0:
        raise ValueError(title)
    parts = []
    for number, (name, value) in enumerate(values.items()):
        top = TOP + number * ROW
        wide = (WIDE - BAR_LEFT - BAR_RIGHT) * value / longest
        parts.append(_text(BAR_LEFT - 10, top + 13, _cut(name), anchor="end"))
        parts.append(
            f'<rect class="b" x="{BAR_LEFT}" y="{top}" width="{max(1.0, wide):.1f}" height="{ROW - 7}" rx="2"/>'
        )
        parts.append(_text(BAR_LEFT + max(1.0, wide) + 8, top + 13, figure(value), quiet=True))
    return _whole(f"{title}, {unit}", TOP + len(values) * ROW + 12, parts)


def figure(value: float) -> str:
    """Three digits, as many before the point as there are."""
    if not math.isfinite(value):
        return "-"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def _largest(series: Mapping[str, Points]) -> dict[str, Points]:
    by_size = sorted(series.items(), key=lambda named: -named[1][max(named[1])])
    return dict(by_size[:MOST_LINES])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _apart(places: Sequence[float]) -> list[float]:
    """The same places in the same order, moved so that no name covers another."""
    moved = dict.fromkeys(range(len(places)), 0.0)
    above = float("-inf")
    for number in sorted(moved, key=lambda each: places[each]):
        moved[number] = above = max(places[number], above + LABEL)
    beyond = max(0.0, above - (HIGH - BOTTOM))
    return [place - beyond for place in moved.values()]


def _line(points: Sequence[tuple[float, float]], number: int) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle class="f{number}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points)
    return f'<polyline class="l{number}" fill="none" stroke-width="2" points="{path}"/>{dots}'


def _rule(left: float, y: float, right: float, name: str) -> str:
    return f'<path class="g" d="M{left} {y:.1f}H{right}"/>' + _text(left - 8, y + 4, name, anchor="end", quiet=True)


def _text(x: float, y: float, words: str, *, anchor: str = "start", quiet: bool = False, kind: str = "") -> str:
    kinds = " ".join(filter(None, ["q" if quiet else "", kind]))
    named = f' class="{kinds}"' if kinds else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(words)}</text>'


def _cut(name: str) -> str:
    """As much of a name as there is room for."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _whole(title: str, high: int, parts: Sequence[str]) -> str:
    style = _STYLE.format(light=_coloured(_COLOURS), dark=_coloured(_DARK))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" role="img">'
    panel = f'<rect class="p" x=".5" y=".5" width="{WIDE - 1}" height="{high - 1}" rx="8"/>'
    name = f'<text class="t" x="20" y="28">{escape(title)}</text>'
    return "\n".join([head, f"<title>{escape(title)}</title><style>{style}</style>", panel, name, *parts, "</svg>", ""])


def _coloured(colours: Sequence[str]) -> str:
    def each() -> Iterator[str]:
        for number, colour in enumerate(colours):
            yield f".l{number}{{stroke:{colour}}}.f{number},.n{number}{{fill:{colour}}}"

    return "".join(each())
