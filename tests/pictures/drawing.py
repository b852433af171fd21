"""Chats drawn: posts become HTML that needs nothing beside it, and headless Chromium makes a picture of it."""

import base64
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from PIL import Image, ImageChops

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars", "--no-sandbox"),
    "--default-background-color=00000000",
)
SCALE = 2
BROWSER_SECONDS = 60
TALLEST_PX = 2400
COLOURS = 256
ROUNDS = 2
OPAQUE = 128
COLOURS_OF_PEOPLE = ("#5865f2", "#3ba55d", "#c27c0e", "#ad1457")


def _uri(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def _colour(name: str) -> str:
    return COLOURS_OF_PEOPLE[sum(name.encode()) % len(COLOURS_OF_PEOPLE)]


PAGES = Environment(
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    loader=FileSystemLoader(Path(__file__).parent),
)
PAGES.filters |= {"uri": _uri, "colour": _colour}


def page(template: str, **shown: Any) -> str:
    """Return a page of this folder's templates with what it shows."""
    return PAGES.get_template(template).render(**shown)


def draw(html: str, width: int, file: Path, *, margin: int = 0) -> None:
    """Draw a page, so wide in CSS pixels and as tall as it is, to a PNG. Raises RuntimeError without a browser.

    Below what is drawn stays a `margin` of the page's own colour.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise RuntimeError("There is no Chromium here: on Debian and Ubuntu, install chromium.")
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder, "shot.png")
        Path(folder, "page.html").write_text(html, encoding="utf-8")
        arguments = (
            *FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--force-device-scale-factor={SCALE}",
            f"--window-size={width},{TALLEST_PX}",
            f"--screenshot={shot}",
            f"file://{folder}/page.html",
        )
        subprocess.run([browser, *arguments], check=True, capture_output=True, timeout=BROWSER_SECONDS)
        _keep(shot, file, margin * SCALE)


def _keep(shot: Path, file: Path, below: int) -> None:
    """Cut off what nothing was drawn on, and save the rest in few colours."""
    with Image.open(shot) as image:
        drawn = image.convert("RGBA")
    empty = Image.new("RGBA", drawn.size, drawn.getpixel((0, drawn.height - 1)) or 0)
    box = ImageChops.difference(drawn, empty).getbbox(alpha_only=False)
    drawn = drawn.crop((0, 0, drawn.width, box[3] + below if box else drawn.height))
    target = BytesIO()
    empty = drawn.getchannel("A").point([255] * OPAQUE + [0] * (256 - OPAQUE))
    flat = drawn.convert("RGB").quantize(COLOURS - 1, kmeans=ROUNDS, dither=Image.Dither.NONE)
    flat.putpalette([*(flat.getpalette() or ()), 0, 0, 0][-3 * COLOURS :])
    flat.paste(COLOURS - 1, mask=empty)
    flat.save(target, "PNG", optimize=True, transparency=COLOURS - 1)
    file.write_bytes(target.getvalue())
