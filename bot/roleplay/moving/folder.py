"""What lies in a user folder of SillyTavern, found and named. It opens no card, no chat and no database."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.core import Order
from bot.errors import TroupeError, refused
from bot.roleplay.exports.chats import as_list, as_object
from bot.roleplay.exports.dates import read_date
from bot.roleplay.intake import read_file
from bot.roleplay.moving.tables import Kind
from bot.roleplay.values import one_line
from bot.words import Sentence, sentence
from characters import CardError
from characters.errors import clause
from characters.formats.text import parse, plain

LIMIT_BYTES = 32 * 1024 * 1024
"""Of settings, which hold the prompts of every back end, and of groups."""

TAIL_BYTES = 64 * 1024
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
WITHIN = ("", "default-user", "data/default-user", "public")
"""Where a user folder may be in the one that is named: it, or the program's whole folder, the last in old versions."""

MARKS = ("characters", "chats", "worlds", "settings.json")
UNSAFE = re.compile(r'[/?<>\\:*|"\x00-\x1f]')
"""What is left out of a character's name where a folder is called after it."""

ORDERS = {0: Order.NATURAL, 1: Order.LIST, 2: Order.MANUAL, 3: Order.POOLED}


@dataclass(frozen=True, slots=True)
class Group:
    """Several characters, by the names of their cards' files without the ends, in their order; its file is `path`."""

    path: Path
    title: str
    members: tuple[str, ...]
    muted: frozenset[str] = frozenset()
    order: Order = Order.NATURAL


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat's file, and who is in it: one character, by its card's file, or a group. `last` is when it was played.

    `metadata` is the JSON of what older versions keep in the group's file: notes, the name of a lorebook.
    """

    path: Path
    last: datetime
    character: str = ""
    group: Group | None = None
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A persona, and the file of its picture."""

    name: str
    description: str = ""
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """All that moves. `problems` are sentences about what is unreadable.

    `sprites` are by the folders that they lie in, and `costumes` say for which card's file which of these was chosen.
    `left` is what stays behind: how many files of which folders.
    """

    folder: Path
    cards: tuple[Path, ...] = ()
    sprites: Mapping[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])
    costumes: Mapping[str, str] = field(default_factory=dict[str, str])
    worlds: tuple[Path, ...] = ()
    personas: tuple[Somebody, ...] = ()
    presets: tuple[tuple[Kind, Path], ...] = ()
    chats: tuple[Chat, ...] = ()
    problems: tuple[Sentence, ...] = ()
    left: tuple[tuple[str, int], ...] = ()

    def wardrobe(self, stem: str, name: str) -> str:
        """Return in which folder the sprites of a character are, by its card's file and its name; empty for none.

        It is the one that was chosen, else one called after the character, else (in old versions) after the file.
        """
        wanted = (self.costumes.get(stem, ""), UNSAFE.sub("", name).rstrip(". "), stem)
        return next((folder for folder in wanted if folder in self.sprites), "")


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
    try:
        return _surveyed(home)
    except OSError as error:
        raise TroupeError(
            "The folder {folder} cannot be read: {reason}.", folder=error.filename or home, reason=refused(error)
        ) from error


def _surveyed(home: Path) -> Household:
    problems: list[Sentence] = []
    settings = _read(path, problems) if (path := home / "settings.json").is_file() else {}
    chats = sorted(_chats(home, problems), key=lambda chat: (chat.last, chat.path))
    household = Household(
        home,
        cards=_files(home / "characters", {".png"}),
        sprites=dict(_sprites(home / "characters")),
        costumes=dict(_costumes(settings)),
        worlds=_files(home / "worlds", {".json"}),
        personas=tuple(_personas(home, settings)),
        presets=tuple((kind, path) for kind in Kind for path in _files(home / kind, {".json", ".settings"})),
        chats=tuple(chats),
        problems=tuple(problems),
    )
    return replace(household, left=tuple(_left(household).items()))


def _is_home(folder: Path) -> bool:
    return any(os.path.exists(folder / mark) for mark in MARKS)


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
        data = read_file(path, LIMIT_BYTES)
        if len(data) > LIMIT_BYTES:
            raise CardError(path.name, clause("it is larger than {most} MiB", most=LIMIT_BYTES // 2**20))
        return parse(plain(data), path.name)
    except TroupeError as error:
        problems.append(error.said)
    except UnicodeDecodeError:
        reason = sentence("its text is neither UTF-8 nor UTF-16")
        problems.append(sentence("The file {file} cannot be read: {reason}.", file=path.name, reason=reason))
    except CardError as error:
        problems.append(sentence("The file {file} cannot be read: {reason}.", file=path.name, reason=error.problem))
    return {}


def _sprites(characters: Path) -> Iterator[tuple[str, tuple[Path, ...]]]:
    """Yield the folders beside the cards, and those in them, that hold pictures."""
    for folder in (inner for outer in _folders(characters) for inner in (outer, *_folders(outer))):
        if found := _files(folder, PICTURES):
            yield folder.relative_to(characters).as_posix(), found


def _costumes(settings: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for one in as_list(as_object(settings.get("extension_settings")).get("expressionOverrides")):
        stem, folder = as_object(one).get("name"), as_object(one).get("path")
        if isinstance(stem, str) and isinstance(folder, str):
            yield stem, folder


def _left(household: Household) -> Counter[str]:
    """Count the files that stay behind, by the folders that they lie in; hidden ones are no household's."""
    home, left = household.folder, Counter[str]()
    taken = {home / "settings.json", *household.cards, *household.worlds, *(path for _, path in household.presets)}
    taken.update(*household.sprites.values(), (one.picture for one in household.personas if one.picture))
    taken.update(chat.path for chat in household.chats)
    taken.update(chat.group.path for chat in household.chats if chat.group)
    for path in sorted(home.rglob("*")):
        steps = path.relative_to(home).parts
        if path not in taken and not any(step.startswith(".") for step in steps) and path.is_file():
            left[steps[0] if len(steps) > 1 else home.name] += 1
    return left


def _personas(home: Path, settings: Mapping[str, object]) -> Iterator[Somebody]:
    user = as_object(settings.get("power_user"))
    described = as_object(user.get("persona_descriptions"))
    for avatar, name in as_object(user.get("personas")).items():
        told = described.get(avatar)
        text = told if isinstance(told, str) else as_object(told).get("description")
        picture = home / "User Avatars" / Path(avatar).name
        if isinstance(name, str) and one_line(name):
            has_picture = Path(avatar).name == avatar and os.path.isfile(picture)
            yield Somebody(one_line(name), text if isinstance(text, str) else "", picture if has_picture else None)


def _groups(home: Path, problems: list[Sentence]) -> Iterator[tuple[str, Group, str]]:
    """Yield the chats of each group, by the names of their files without the ends, with what it keeps about them."""
    for path in _files(home / "groups", {".json"}):
        values = _read(path, problems)
        number = values.get("activation_strategy")
        group = Group(
            path,
            title=one_line(name) if isinstance(name := values.get("name"), str) else "",
            members=tuple(_stems(values.get("members"))),
            muted=frozenset(_stems(values.get("disabled_members"))),
            order=ORDERS.get(number, Order.NATURAL) if isinstance(number, int) else Order.NATURAL,
        )
        current, past = values.get("chat_id"), as_object(values.get("past_metadata"))
        for chat in (*as_list(values.get("chats")), current):
            if isinstance(chat, str):
                kept = values.get("chat_metadata") if chat == current else past.get(chat)
                yield chat, group, json.dumps(as_object(kept)) if kept else ""


def _stems(members: object) -> Iterator[str]:
    yield from (Path(one).stem for one in as_list(members) if isinstance(one, str))


def _chats(home: Path, problems: list[Sentence]) -> Iterator[Chat]:
    groups = {chat: (group, metadata) for chat, group, metadata in _groups(home, problems)}
    for folder in _folders(home / "chats"):
        yield from (Chat(path, _last(path), folder.name) for path in _files(folder, {".jsonl"}))
    for path in _files(home / "group chats", {".jsonl"}):
        group, metadata = groups.get(path.stem, (None, ""))
        yield Chat(path, _last(path), group=group, metadata=metadata)


def _last(path: Path) -> datetime:
    """Say when the last message of a chat was sent, or else when its file was written."""
    message: object = None
    with suppress(OSError, ValueError, RecursionError), path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - TAIL_BYTES, 0))
        message = json.loads(file.read().strip().rpartition(b"\n")[2])
    return read_date(as_object(message).get("send_date")) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
