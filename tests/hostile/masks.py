"""Files that are not what they say, or two things at once."""

import io
import zipfile
from collections.abc import Iterator

from tests.hostile import pieces
from tests.hostile.file import CANARY, KINDS, TYPES, Hostile, base, photo
from tests.pictures import encoded

SCRIPT = b"<script>/*" + CANARY + b"*/</script>"
OTHER_FORMATS = ("GIF", "BMP", "ICO", "TGA", "PPM", "EPS", "PDF", "JPEG2000", "PCX", "SGI", "DDS", "BLP", "ICNS")


def archive() -> bytes:
    """A ZIP with one text."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(zipfile.ZipInfo("evil.txt"), CANARY)
    return out.getvalue()


def other_formats() -> Iterator[Hostile]:
    """Pictures of formats that are not taken, under names and types that are."""
    for kind in OTHER_FORMATS:
        picture = base().convert("P") if kind in {"BLP", "GIF"} else base()
        yield Hostile(f"{kind} as JPEG", encoded(picture.resize((128, 128)), kind), "refused")


def no_pictures() -> Iterator[Hostile]:
    """What is no picture at all."""
    bodies = {
        "nothing": b"",
        "one byte": b"\0",
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>" + SCRIPT + b"</svg>",
        "SVG with entities": b"<!DOCTYPE s [<!ENTITY a 'a'><!ENTITY b '&a;&a;&a;'>]><svg>&b;</svg>",
        "HTML": b"<!doctype html>" + SCRIPT,
        "JavaScript": b"alert('" + CANARY + b"')",
        "program": b"MZ" + bytes(200) + CANARY,
        "ELF": b"\x7fELF\x02\x01\x01" + bytes(400),
        "ZIP": archive(),
        "PHP": b"<?php echo '" + CANARY + b"'; ?>",
        "PSD": b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\1\0\0\0\1\0\x08\0\3" + bytes(64),
        "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (r) file\n" + CANARY,
        "MVG": b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://localhost/'\n",
        "AVIF by name": pieces.box(b"ftyp", b"avif\0\0\0\0avifmif1") + pieces.box(b"meta", bytes(40)),
        "MP4": pieces.box(b"ftyp", b"isom\0\0\2\0isomiso2") + pieces.box(b"mdat", bytes(500)),
        "text of 1 MB": b"photo " * 170_000,
    }
    for name, data in bodies.items():
        yield Hostile(name, data, "refused", file_name=f"{name}.jpg")


def polyglots() -> Iterator[Hostile]:
    """Pictures that are something else, too; only the picture is left of them."""
    for kind in KINDS:
        data = photo(kind)
        yield Hostile(f"{kind} and ZIP", data + archive(), "picture", content_type="application/zip")
        yield Hostile(f"{kind} and HTML", data + b"<html>" + SCRIPT, "picture", "x.html", "text/html")
    jpeg, png = photo("JPEG"), photo("PNG")
    comment = pieces.segment(0xFE, b"*/=1;alert('" + CANARY + b"')/*")
    yield Hostile("JPEG and JavaScript", pieces.into_jpeg(jpeg, comment), "picture", "x.js", "text/javascript")
    yield Hostile("JPEG and PHP", pieces.into_jpeg(jpeg, pieces.segment(0xE1, b"<?php " + CANARY)), "picture", "x.php")
    yield Hostile("PNG and PHP", pieces.into_png(png, (b"tEXt", b"c\0<?php " + CANARY)), "picture", "x.php")
    yield Hostile("GIF and JAR", encoded(base().convert("P"), "GIF") + archive(), "refused", "x.gif", "image/gif")
    yield Hostile("GIF and JavaScript", b"GIF89a/*" + bytes(40) + b"*/=1;" + CANARY, "refused", "x.js", "image/gif")
    yield Hostile("ZIP and JPEG", archive() + jpeg, "refused")
    yield Hostile("PDF and JPEG", b"%PDF-1.7\n" + jpeg, "refused")
    yield Hostile("BMP and script", b"BM/*" + bytes(50) + b"*/" + SCRIPT, "refused", "x.bmp", "image/bmp")


def wrong_labels() -> Iterator[Hostile]:
    """Pictures under another kind's name and type, and under names that no disk should meet."""
    for number, kind in enumerate(KINDS):
        other = KINDS[(number + 1) % len(KINDS)]
        data = encoded(base(100 + number, 80), kind)
        yield Hostile(f"{kind} as {other}", data, "picture", f"x.{other.lower()}", TYPES[other])
    names = (
        "../../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "a" * 3000 + ".jpg",
        "photo.jpg\0.php",
        "\u202egpj.exe",
        "con",
        ".",
        "'; DROP TABLE contributions_photo; --.jpg",
        "{{ settings.SECRET_KEY }}.jpg",
        CANARY.decode() + "<img src=x>.jpg",
    )
    types = ("", "text/html; charset=utf-7", "image/svg+xml", "application/x-httpd-php", "x" * 900, "multipart/mixed")
    for number, name in enumerate(names):
        data = encoded(base(90 + number, 70), "JPEG")
        yield Hostile(f"name {number}", data, "picture", name, types[number % len(types)])
