"""The visual language: contrasts recomputed from the tokens, one definition of dark, nothing inline."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "static", "css")
TOKENS = (CSS / "tokens.css").read_text()
PAGES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
GROUNDS = ("paper", "surface", "sunk")
TEXTS = ("ink", "muted", "accent", "accent-hover", "danger", "danger-hover", "warning", "success")
TINTS = ("danger", "warning", "success")
# Where a mark, a box or a frame stands.
SET_BY_SCRIPT = {
    "--x",
    "--y",
    "--size",
    "--left",
    "--top",
    "--width",
    "--height",
    "--pan-x",
    "--pan-y",
    "--zoom",
    "--ratio",
    "--part-width",
    "--part-height",
    "--turn",
    "--light",
    "--drop",
}
CHARTS = ("chart-1", "chart-2", "chart-3", "chart-4")


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def blocks() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The colours of light, dark and the workbench."""
    light, rest = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    dark, workbench = rest.split(".workbench {")
    return colours(light), colours(dark), colours(workbench)


LIGHT, DARK, WORKBENCH = blocks()
THEMES = pytest.mark.parametrize("theme", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_gives_the_known_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@THEMES
@pytest.mark.requirement("W5")
def test_all_text_reaches_seven_to_one_on_every_ground(theme: dict[str, str]) -> None:
    found = {(text, ground): contrast(theme[text], theme[ground]) for text in TEXTS for ground in GROUNDS}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 7} == {}


@THEMES
@pytest.mark.requirement("W5")
def test_text_on_tints_and_on_buttons_reaches_seven_to_one(theme: dict[str, str]) -> None:
    pairs = [(tint, f"tint-{tint}") for tint in TINTS]
    pairs += [(text, f"tint-{tint}") for tint in TINTS for text in ("ink", "accent")]
    pairs += [("on-accent", fill) for fill in ("accent", "accent-hover", "danger", "danger-hover")]
    found = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < 7} == {}


@THEMES
@pytest.mark.requirement("W5")
def test_the_edges_of_controls_and_the_focus_ring_reach_three_to_one(theme: dict[str, str]) -> None:
    found = {
        (line, ground): contrast(theme[line], theme[ground])
        for line in ("control", "focus-inner")
        for ground in GROUNDS
    }
    assert {pair: ratio for pair, ratio in found.items() if ratio < 3} == {}


@THEMES
@pytest.mark.requirement("W5")
def test_the_colours_of_charts_stand_out_from_the_surface(theme: dict[str, str]) -> None:
    assert round(min(contrast(theme[colour], theme["surface"]) for colour in CHARTS), 1) >= 6.8


def test_the_two_rings_of_a_mark_stand_out_on_any_pixel() -> None:
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    rings = LIGHT["mark-inner"], LIGHT["mark-outer"]
    assert min(max(contrast(ring, grey) for ring in rings) for grey in greys) >= 4.3


def test_the_workbench_is_the_dark_theme() -> None:
    assert WORKBENCH == DARK
    assert set(DARK) == set(LIGHT) - {"mark-inner", "mark-outer"}


def test_colours_of_components_come_from_the_tokens() -> None:
    # A mark's focus ring lies on a photo and not on the page; paper is black on white.
    screen = (CSS / "site.css").read_text().split("@media print")[0].replace("0 0 0 5px #ffd54a", "")
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b", screen + (CSS / "staff.css").read_text())
    assert found == []


def test_every_variable_that_is_used_is_defined() -> None:
    sheets = "".join(sheet.read_text() for sheet in CSS.glob("*.css"))
    defined = set(re.findall(r"(--[\w-]+):", sheets)) | SET_BY_SCRIPT
    assert set(re.findall(r"var\((--[\w-]+)", sheets)) - defined == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.requirement("W3")
def test_no_page_holds_inline_style_script_or_handler(page: Path) -> None:
    text = page.read_text()
    inline = re.findall(r"<style\b|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:\bsrc=|type=\"importmap\"))[^>]*>", text)
    assert inline == []


def test_motion_stops_for_those_who_ask() -> None:
    sheet = (CSS / "site.css").read_text()
    assert "prefers-reduced-motion: reduce" in sheet
    assert "animation: none !important" in sheet
