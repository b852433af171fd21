"""All settings: each layer's own, composed, and where every value came from. It knows no chat and no database."""

import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Literal, cast

from platformdirs import user_data_path
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ConfigError, refused
from bot.platforms.config import DiscordSettings, TelegramSettings, TerminalSettings
from bot.roleplay.config import PlaySettings
from bot.words import Said, Sentence, sentence
from engine.config import EngineSettings
from engine.demo import demo_model
from engine.errors import InvalidSampling, InvalidSetting

FILENAME = "troupe.toml"
PREFIX = "TROUPE_"
DEFAULT = "default"

# By how pydantic's names for a wrong type begin.
EXPECTED = {
    "int": sentence("a whole number"),
    "float": sentence("a number"),
    "bool": sentence("true or false"),
    "string_type": sentence("text"),
    "string_unicode": sentence("text"),
    "string_pattern": sentence("text without control characters"),
    "path": sentence("a path, as text"),
    "dataclass": sentence("a table of settings"),
    "arguments": sentence("a table of settings"),
}

WRONG = {
    "literal_error": sentence("{key} in {origin} must be one of {choices}."),
    "greater_than_equal": sentence("{key} in {origin} must be at least {ge}."),
    "less_than_equal": sentence("{key} in {origin} must be at most {le}."),
    "string_too_short": sentence("{key} in {origin} must not be empty."),
    "string_too_long": sentence("{key} in {origin} must have at most {max_length} characters."),
}
UNFIT = sentence("{key} in {origin} cannot be used.")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. A relative path stands for one beside the file that sets it."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    data: Path = field(default_factory=lambda: user_data_path("troupe", appauthor=False))
    engine: EngineSettings = field(default_factory=EngineSettings)
    play: PlaySettings = field(default_factory=PlaySettings)
    discord: DiscordSettings = field(default_factory=DiscordSettings)
    telegram: TelegramSettings = field(default_factory=TelegramSettings)
    terminal: TerminalSettings = field(default_factory=TerminalSettings)


SETTINGS = TypeAdapter(Settings)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings in force. `origins` names the source of each key that is not at its default."""

    settings: Settings
    origins: Mapping[str, str]

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """List every key with its value, secrets masked, and where that came from."""
        for key in _keys():
            value = _get(self.settings, key)
            shown = "-" if value is None or str(value) == "" else str(value)
            yield key, shown, self.origins.get(key, DEFAULT)


@dataclass(frozen=True, slots=True)
class Source:
    """What one file, one variable or one option says. A file's values have types already, the others are text."""

    origin: str
    values: Mapping[str, object]
    kind: Literal["toml", "text"]
    folder: Path


def load(options: Mapping[str, str | None]) -> Configuration:
    """Read the settings: defaults, the data folder's file, the working folder's, the environment, the command line.

    The last one wins. `options` are by key, the last part of which is the option's name. Raises ConfigError.
    """
    here = Path.cwd()
    outer = [*_file(here / FILENAME), *_environment(here), *_options(options, here)]
    data = _compose(outer).settings.data
    inner = [] if _is_same(data, here) else list(_file(data / FILENAME))
    for source in inner:
        if "data" in source.values:
            raise ConfigError(
                sentence(
                    "data in {origin} must not be set: that file is read because it lies there.", origin=source.origin
                )
            )
    return _completed(_compose([*inner, *outer]))


def _file(path: Path) -> Iterator[Source]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise ConfigError(_unreadable(path, refused(error))) from error
    except UnicodeDecodeError as error:
        raise ConfigError(_unreadable(path, sentence("the file is not UTF-8 text"))) from error
    except tomllib.TOMLDecodeError as error:
        message = str(error).rstrip(".")
        raise ConfigError(
            sentence("The settings in {path} are not TOML: {message}.", path=path, message=message)
        ) from error
    yield Source(str(path), values, "toml", path.parent)


def _unreadable(path: Path, reason: Sentence) -> Sentence:
    return sentence("The settings in {path} cannot be read: {reason}.", path=path, reason=reason)


def _environment(folder: Path) -> Iterator[Source]:
    for name, value in os.environ.items():
        # An empty variable is one that a compose file passes on without having it.
        if name.startswith(PREFIX) and value:
            section, _, rest = name.removeprefix(PREFIX).lower().partition("__")
            yield Source(name, {section: {rest: value} if rest else value}, "text", folder)


def _options(options: Mapping[str, str | None], folder: Path) -> Iterator[Source]:
    for key, value in options.items():
        if value is not None:
            section, _, name = key.rpartition(".")
            yield Source(f"--{name}", {section: {name: value}} if section else {name: value}, "text", folder)


def _compose(sources: Iterable[Source]) -> Configuration:
    """Lay sources over the defaults, each checked by itself, so that a mistake is known by its place."""
    settings, origins, problems = Settings(), dict[str, str](), list[Sentence]()
    for source in sources:
        try:
            parsed = _parse(source)
            parsed.play.sampling(seed=None)
        except ValidationError as error:
            problems += _problems(error, source)
            continue
        except InvalidSetting as error:
            problems.append(_must_be(f"engine.{error.name}", source, error.expected))
            continue
        except InvalidSampling as error:
            problems.append(
                sentence("play in {origin} cannot be used: {problem}", origin=source.origin, problem=error.said)
            )
            continue
        for key in _given(source.values):
            settings = _set(settings, key, _beside(source.folder, _get(parsed, key)))
            origins[key] = source.origin
    if problems:
        raise ConfigError(*problems)
    return Configuration(settings, origins)


def _parse(source: Source) -> Settings:
    if source.kind == "text":
        return SETTINGS.validate_strings(cast(Any, source.values))
    # Strict as JSON: a quoted number is refused where a number is expected, a path may still be text.
    return SETTINGS.validate_json(json.dumps(source.values, default=str), strict=True)


def _must_be(key: str, source: Source, expected: Said) -> Sentence:
    return sentence("{key} in {origin} must be {expected}.", key=key, origin=source.origin, expected=expected)


def _problems(error: ValidationError, source: Source) -> Iterator[Sentence]:
    for detail in error.errors(include_url=False, include_input=False):
        key = ".".join(map(str, detail["loc"][:2]))
        if detail["type"] != "unexpected_keyword_argument":
            yield _wrong(key, source, detail)
            continue
        for unknown in _under(source.values, key) or [key]:
            if near := get_close_matches(unknown, _keys(), n=1):
                yield sentence(
                    "{key} in {origin} is no setting: did you mean {near}?",
                    key=unknown,
                    origin=source.origin,
                    near=near[0],
                )
            else:
                yield sentence("{key} in {origin} is no setting.", key=unknown, origin=source.origin)


def _wrong(key: str, source: Source, detail: ErrorDetails) -> Sentence:
    for kind, expected in EXPECTED.items():
        if detail["type"].startswith(kind):
            return _must_be(key, source, expected)
    context = detail.get("ctx", {})
    choices = str(context.get("expected", "")).replace(" or ", ", ")
    facts = {"key": key, "origin": source.origin, "choices": choices, **context}
    return replace(WRONG.get(detail["type"], UNFIT), facts=facts)


def _completed(configuration: Configuration) -> Configuration:
    settings = configuration.settings
    engine = replace(
        settings.engine,
        model=settings.engine.model or demo_model(),
        cache=settings.engine.cache or settings.data / "cache",
        log=settings.engine.log or settings.data / "logs" / "model.log",
    )
    return replace(configuration, settings=replace(settings, engine=engine))


def _keys() -> Iterator[str]:
    defaults = Settings()
    for section in fields(defaults):
        value = getattr(defaults, section.name)
        if is_dataclass(value):
            yield from (f"{section.name}.{inner.name}" for inner in fields(value))
        else:
            yield section.name


def _given(values: Mapping[str, object]) -> Iterator[str]:
    for name in values:
        yield from _under(values, name)


def _under(values: Mapping[str, object], name: str) -> list[str]:
    """List the whole keys that are set under a name: its own, or those of the table that it holds."""
    inner = values.get(name)
    return [f"{name}.{key}" for key in cast(dict[str, object], inner)] if isinstance(inner, dict) else [name]


def _get(settings: Settings, key: str) -> object:
    section, _, name = key.rpartition(".")
    return getattr(getattr(settings, section) if section else settings, name)


def _set(settings: Settings, key: str, value: object) -> Settings:
    section, _, name = key.rpartition(".")
    if not section:
        return replace(settings, **cast(Any, {name: value}))
    return replace(settings, **{section: replace(getattr(settings, section), **{name: value})})


def _beside(folder: Path, value: object) -> object:
    return folder / os.path.expanduser(value) if isinstance(value, Path) else value


def _is_same(left: Path, right: Path) -> bool:
    return left.resolve() == right.resolve()
