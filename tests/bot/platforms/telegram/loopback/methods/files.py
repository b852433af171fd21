"""Files that come and go. Pictures are recompressed, as Telegram does: whatever was hidden in them is gone."""

import io

from PIL import Image, UnidentifiedImageError

from tests.bot.platforms.telegram.loopback.calls import TABLE, Call, Upload
from tests.bot.platforms.telegram.loopback.refusals import TOO_BIG_TO_LOAD, Refused, bad
from tests.bot.platforms.telegram.loopback.state import Json, State

DOWNLOAD_BYTES = 20 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
LARGEST_SIDE = 1280


def keep_photo(call: Call, value: str | Upload | None) -> list[Json]:
    """Keep an uploaded picture, or find one that was sent before; its sizes."""
    if isinstance(value, str) and value:
        return photo_sizes(call.state, _known(call.state, value))
    if not isinstance(value, Upload):
        raise bad("there is no photo in the request")
    if len(value.content) > PHOTO_BYTES:
        raise bad(f"file of size {len(value.content)} bytes is too big for a photo; the maximum size is {PHOTO_BYTES}")
    return photo_sizes(call.state, value.content)


def photo_sizes(state: State, content: bytes) -> list[Json]:
    """Recompress a picture to JPEG, in two sizes."""
    try:
        picture = Image.open(io.BytesIO(content)).convert("RGB")
    except (UnidentifiedImageError, OSError):
        raise bad("IMAGE_PROCESS_FAILED") from None
    width, height = picture.size
    if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return [_size(state, picture, side) for side in (90, LARGEST_SIDE)]


def _size(state: State, picture: Image.Image, side: int) -> Json:
    smaller = picture.copy()
    smaller.thumbnail((side, side))
    written = io.BytesIO()
    smaller.save(written, "JPEG")
    return state.keep_file(written.getvalue(), "photo.jpg") | {"width": smaller.width, "height": smaller.height}


def keep_document(call: Call, value: str | Upload | None) -> Json:
    """Keep an uploaded file, or find one that was sent before."""
    if isinstance(value, str) and value:
        content, name = _known(call.state, value), "file"
        return {"file_id": value, "file_unique_id": f"unique-{value}", "file_size": len(content), "file_name": name}
    if not isinstance(value, Upload):
        raise bad("there is no document in the request")
    if not value.content:
        raise bad("file must be non-empty")
    if len(value.content) > UPLOAD_BYTES:
        raise Refused(413)
    return document_of(call.state, value)


def document_of(state: State, upload: Upload) -> Json:
    """Keep a file under its name."""
    return state.keep_file(upload.content, upload.name) | {"file_name": upload.name}


def _known(state: State, file_id: str) -> bytes:
    if file_id not in state.files:
        raise bad("wrong file identifier/HTTP URL specified")
    return state.files[file_id]


@TABLE.answers("getFile")
async def get_file(call: Call) -> Json:
    """Say where a file can be loaded from, if it has at most 20 MB."""
    file_id = call.text("file_id")
    if file_id not in call.state.files:
        raise bad("invalid file_id")
    size = len(call.state.files[file_id])
    if size > DOWNLOAD_BYTES:
        raise bad(TOO_BIG_TO_LOAD)
    path = next(path for path, kept in call.state.paths.items() if kept == file_id)
    return {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_size": size, "file_path": path}
