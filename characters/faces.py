"""The faces of characters: their icon, their moods, copies of any size, and a drawn one where there is none.

It fetches nothing, and no picture larger than 64 megapixels is decoded.
"""

import colorsys
import hashlib
import unicodedata
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from characters.assets import assets_of, content_of, is_picture
from characters.card import CardFile
from characters.errors import CardError, clause

Form = Literal["PNG", "WEBP"]

LIMIT_PIXELS = 64 * 10**6
LIMIT_SIDE_PX = 4_096
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")

FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "arial.ttf",
    "Arial Unicode.ttf",
    "NotoSansCJK-Regular.ttc",
    "msyh.ttc",
    "YuGothM.ttc",
    "malgun.ttf",
    "Hiragino Sans GB.ttc",
    "AppleSDGothicNeo.ttc",
)
"""Looked for on the machine where Pillow's own font lacks a letter: for Russian, Chinese, Japanese, Korean names."""

_ENDINGS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}
_UPPER_THIRD = (0.5, 0.25)  # where the face is in a portrait that is cut to another shape


def face(file: CardFile, width: int, height: int, *, form: Form = "PNG") -> bytes:
    """Return the face of a card in a size in pixels, a drawn one where it has none that can be read."""
    if file.picture is not None:
        try:
            return resized(file.picture, width, height, form=form, source=file.source)
        except CardError:
            pass
    return monogram(file.card.spoken_name, width, height, form=form)


def sprites(file: CardFile) -> dict[str, bytes]:
    """Return the pictures of a card's moods by their names, as they came; damaged ones are left out."""
    found: dict[str, bytes] = {}
    for asset in assets_of(file.card):
        if asset.type == "emotion" and asset.name and asset.name not in found:
            try:
                content = content_of(file, asset)
            except CardError:
                continue
            if content and is_picture(content):
                found[asset.name] = content
    return found


def resized(picture: bytes, width: int, height: int, *, form: Form = "PNG", source: str = "picture") -> bytes:
    """Return a picture in a size in pixels, cut to that shape below its upper third; of moving ones, the first frame.

    Raises `CardError` for what is no PNG, JPEG, GIF or WebP, is damaged, or has more than 64 megapixels.
    """
    image = _decoded(picture, source)
    return _saved(ImageOps.fit(image, _sized(width, height), Image.Resampling.LANCZOS, centering=_UPPER_THIRD), form)


def as_png(picture: bytes, *, source: str = "picture") -> bytes:
    """Return a picture as a PNG in its own size. Raises `CardError` as `resized` does."""
    return _saved(_decoded(picture, source), "PNG")


def monogram(name: str, width: int, height: int, *, form: Form = "PNG") -> bytes:
    """Draw a face for a name: its initials on a colour of its own, or a shape where no font here has the letters."""
    size = _sized(width, height)
    digest = hashlib.sha256(name.encode(errors="replace")).digest()
    image = Image.new("RGB", size, _colour(digest[4], 0.42))
    draw = ImageDraw.Draw(image)
    side, middle = min(size), (size[0] / 2, size[1] / 2)
    draw.circle(middle, side * 0.42, fill=_colour(digest[4], 0.52))
    text = initials(name)
    font = _font_for(text)
    if font is not None:
        draw.text(middle, text, fill="white", font=font.font_variant(size=max(side * 0.36, 1)), anchor="mm")
    else:
        draw.regular_polygon((*middle, side * 0.25), 3 + digest[1] % 5, rotation=digest[2], fill="white")
    return _saved(image, form)


def initials(name: str) -> str:
    """Return two letters for a name, one where its script writes a word in a sign."""
    words = [word for word in (_letters(part) for part in name.split()) if word]
    if not words:
        return ""
    first, last = words[0], words[-1]
    if unicodedata.category(first[0]) == "Lo":
        return first[0]
    return (first[0] + (last[0] if len(words) > 1 else first[1:2])).upper()[:2]


def ending_of(picture: bytes) -> str:
    """Return how a file with this picture ends."""
    return next((ending for start, ending in _ENDINGS.items() if picture.startswith(start)), "bin")


def _decoded(picture: bytes, source: str) -> Image.Image:
    try:
        with Image.open(BytesIO(picture), formats=FORMATS) as image:
            if image.width * image.height > LIMIT_PIXELS:
                raise CardError(
                    source, clause("its picture has more than {most} megapixels", most=LIMIT_PIXELS // 10**6)
                )
            return ImageOps.exif_transpose(image).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise CardError(
            source, clause("its picture has more than {most} megapixels", most=LIMIT_PIXELS // 10**6)
        ) from error
    except UnidentifiedImageError as error:
        raise CardError(source, clause("its picture is none, where a PNG, JPEG, GIF or WebP was expected")) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, MemoryError) as error:
        raise CardError(source, clause("its picture is damaged")) from error


def _saved(image: Image.Image, form: Form) -> bytes:
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    target = BytesIO()
    image.save(target, form)
    return target.getvalue()


def _sized(width: int, height: int) -> tuple[int, int]:
    return min(max(width, 1), LIMIT_SIDE_PX), min(max(height, 1), LIMIT_SIDE_PX)


def _letters(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFC", word) if char.isalnum())


def _colour(hue: int, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue / 256, 0.55, value)
    return int(red * 255), int(green * 255), int(blue * 255)


@cache
def _font_for(text: str) -> ImageFont.FreeTypeFont | None:
    """Return a font that can draw some letters: Pillow's own, or one of those that machines usually have."""
    return next((font for font in _fonts() if text and _draws(font, text)), None)


@cache
def _fonts() -> tuple[ImageFont.FreeTypeFont, ...]:
    default = ImageFont.load_default(32)
    found = [default] if isinstance(default, ImageFont.FreeTypeFont) else []
    for name in FONTS:
        with suppress(OSError):
            found.append(ImageFont.truetype(name, 32))
    return tuple(found)


def _draws(font: ImageFont.FreeTypeFont, text: str) -> bool:
    """Tell whether a font has the letters: those that it lacks all come out as the same box."""
    return not {_drawn(font, char) for char in text} & {_drawn(font, "\ufffe")}


def _drawn(font: ImageFont.FreeTypeFont, char: str) -> bytes:
    image = Image.new("L", (64, 64))
    ImageDraw.Draw(image).text((8, 8), char, fill=255, font=font)
    return image.tobytes()
