"""What lies in a user folder of SillyTavern, found and named. It opens no card, no chat and no database."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.core import Order
from bot.errors import TroupeError, refused
from bot.roleplay.exports.chats import as_list, as_object
from bot.roleplay.exports.dates import read_date
from bot.roleplay.moving.tables import Kind
from bot.roleplay.values import one_line
from bot.words import Sentence, sentence
from characters import CardError
from characters.errors import clause
from characters.formats.text import parse

LIMIT_BYTES = 32 * 1024 * 1024
"""Of settings, which hold the prompts of every back end, and of groups."""

TAIL_BYTES = 64 * 1024
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
WITHIN = ("", "default-user", "data/default-user", "public")
"""Where a user folder may be in the one that is named: it, or the program's whole folder, the last in old versions."""

MARKS = ("characters", "chats", "worlds", "settings.json")
NOT_TAKEN = (
    "NovelAI Settings",
    "QuickReplies",
    "backgrounds",
    "context",
    "instruct",
    "reasoning",
    "sysprompt",
    "themes",
)
ORDERS = {0: Order.NATURAL, 1: Order.LIST, 2: Order.MANUAL, 3: Order.POOLED}


@dataclass(frozen=True, slots=True)
class Group:
    """Several characters, by the names of their cards' files without the ends, in their order."""

    title: str
    members: tuple[str, ...]
    muted: frozenset[str] = frozenset()
    order: Order = Order.NATURAL


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat's file, and who is in it: one character, by its card's file, or a group. `last` is when it was played."""

    path: Path
    last: datetime
    character: str = ""
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Somebody:
    """A persona, and the file of its picture."""

    name: str
    description: str = ""
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """All that moves. `sprites` are by the name of a card's file; `problems` are sentences about what is unreadable.

    `left` is what stays behind: how many files of which folders.
    """

    folder: Path
    cards: tuple[Path, ...] = ()
    sprites: Mapping[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])
    worlds: tuple[Path, ...] = ()
    personas: tuple[Somebody, ...] = ()
    presets: tuple[tuple[Kind, Path], ...] = ()
    chats: tuple[Chat, ...] = ()
    problems: tuple[Sentence, ...] = ()
    left: tuple[tuple[str, int], ...] = ()


def survey(folder: Path) -> Household:
    """Find what is in a user folder, be it named itself or the program's whole folder; chats in the order of playing.

    That blocks. Raises TroupeError where it is no such folder.
    """
    home = next((folder / inner for inner in WITHIN if _is_home(folder / inner)), None)
    if home is None:
        raise TroupeError(
            "The folder {folder} is no user folder of SillyTavern: one such as data/default-user was expected, "
            "with characters, chats, worlds or settings.json in it.",
            folder=folder,
        )
    problems: list[Sentence] = []
    groups = _groups(home, problems)
    return Household(
        home,
        cards=_files(home / "characters", {".png"}),
        sprites={one.name: found for one in _folders(home / "characters") if (found := _files(one, PICTURES))},
        worlds=_files(home / "worlds", {".json"}),
        personas=tuple(_personas(home, problems)),
        presets=tuple((kind, path) for kind in Kind for path in _files(home / kind, {".json", ".settings"})),
        chats=tuple(sorted(_chats(home, groups), key=lambda chat: (chat.last, chat.path))),
        problems=tuple(problems),
        left=tuple((name, count) for name in NOT_TAKEN if (count := len(_files(home / name)))),
    )


def _is_home(folder: Path) -> bool:
    return any((folder / mark).exists() for mark in MARKS)


def _files(folder: Path, ends: frozenset[str] | set[str] = frozenset()) -> tuple[Path, ...]:
    """List the files of a folder, in the order of their names; none where there is no such folder."""
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return tuple(
        path
        for path in found
        if path.is_file() and not path.name.startswith(".") and (not ends or path.suffix.lower() in ends)
    )


def _folders(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in sorted(folder.iterdir()) if path.is_dir()) if folder.is_dir() else ()


def _read(path: Path, problems: list[Sentence]) -> dict[str, object]:
    """Read an object from a file; what is wrong is a problem, and it is empty then."""
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT_BYTES + 1)
        if len(data) > LIMIT_BYTES:
            raise CardError(path.name, clause("it is larger than {most} MiB", most=LIMIT_BYTES // 2**20))
        return parse(data.decode("utf-8-sig"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        reason = refused(error) if isinstance(error, OSError) else sentence("it is not UTF-8 text")
        problems.append(sentence("The file {file} cannot be read: {reason}.", file=path.name, reason=reason))
    except CardError as error:
        problems.append(sentence("The file {file} cannot be read: {reason}.", file=path.name, reason=error.problem))
    return {}


def _personas(home: Path, problems: list[Sentence]) -> Iterator[Somebody]:
    settings = home / "settings.json"
    user = as_object(_read(settings, problems).get("power_user")) if settings.is_file() else {}
    described = as_object(user.get("persona_descriptions"))
    for avatar, name in as_object(user.get("personas")).items():
        told = described.get(avatar)
        text = told if isinstance(told, str) else as_object(told).get("description")
        picture = home / "User Avatars" / Path(avatar).name
        if isinstance(name, str) and one_line(name):
            has_picture = Path(avatar).name == avatar and picture.is_file()
            yield Somebody(one_line(name), text if isinstance(text, str) else "", picture if has_picture else None)


def _groups(home: Path, problems: list[Sentence]) -> dict[str, Group]:
    """Return the group of each chat, by the name of the chat's file without its end."""
    found: dict[str, Group] = {}
    for path in _files(home / "groups", {".json"}):
        values = _read(path, problems)
        number = values.get("activation_strategy")
        group = Group(
            title=one_line(name) if isinstance(name := values.get("name"), str) else "",
            members=tuple(_stems(values.get("members"))),
            muted=frozenset(_stems(values.get("disabled_members"))),
            order=ORDERS.get(number, Order.NATURAL) if isinstance(number, int) else Order.NATURAL,
        )
        chats = [*as_list(values.get("chats")), values.get("chat_id")]
        found |= {chat: group for chat in chats if isinstance(chat, str)}
    return found


def _stems(members: object) -> Iterator[str]:
    yield from (Path(one).stem for one in as_list(members) if isinstance(one, str))


def _chats(home: Path, groups: Mapping[str, Group]) -> Iterator[Chat]:
    for folder in _folders(home / "chats"):
        yield from (Chat(path, _last(path), folder.name) for path in _files(folder, {".jsonl"}))
    for path in _files(home / "group chats", {".jsonl"}):
        yield Chat(path, _last(path), group=groups.get(path.stem))


def _last(path: Path) -> datetime:
    """Say when the last message of a chat was sent, or else when its file was written."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - TAIL_BYTES, 0))
        lines = file.read().strip().splitlines()
    try:
        message: object = json.loads(lines[-1]) if lines else None
    except (ValueError, RecursionError):
        message = None
    return read_date(as_object(message).get("send_date")) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
