"""Characters of text-generation-webui, in YAML. It reads events one by one: no tags, no aliases, no constructors."""

import json
import re
from typing import cast

import yaml

from characters.errors import CardError, clause, quote
from characters.formats.parts import written

LIMIT_BYTES = 2**20
LIMIT_NESTING = 16

_LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # the C one is optional
_MARK = re.compile(r"^(?:name|char_name|bot)\s*:", re.MULTILINE)
_PLAIN = {"null": None, "~": None, "": None, "true": True, "false": False}
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,300})(?:\.\d{1,300})?", re.ASCII)

Value = dict[str, object] | list[object]


def is_yaml(text: str) -> bool:
    """Tell whether a text looks as if it were a character in YAML."""
    return bool(_MARK.search(text))


def read_yaml(text: str, source: str) -> str:
    """Turn YAML of at most 1 MiB with an object in it into the JSON of that object. Raises `CardError`.

    Numbers stay as they are written; a date or `yes` is text. Aliases, tags and names that stand twice are refused.
    """
    if len(text.encode()) > LIMIT_BYTES:
        raise CardError(source, clause("its YAML is larger than {most} MiB", most=LIMIT_BYTES // 2**20))
    reading = _Reading(source)
    try:
        for event in yaml.parse(text, Loader=_LOADER):  # pyright: ignore[reportUnknownMemberType]
            reading.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise CardError(
            source,
            clause("it is not valid YAML ({message})", message=f"{error.problem or 'unreadable'}{place}"),
        ) from error
    except yaml.YAMLError as error:
        raise CardError(source, clause("it is not valid YAML (a character in it is not allowed there)")) from error
    root = reading.root
    if not isinstance(root, dict):
        raise CardError(source, clause("its YAML is not an object"))
    return written(cast("dict[str, object]", root))


class _Reading:
    """The values that the events so far have made."""

    def __init__(self, source: str) -> None:
        self.root: object = None
        self._source = source
        self._open: list[Value] = []
        self._names: list[str | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event in. Raises `CardError` for what no card needs."""
        if isinstance(event, yaml.AliasEvent):
            raise CardError(
                self._source,
                clause("its YAML has the alias {anchor}, where plain values were expected", anchor=quote(event.anchor)),
            )
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise CardError(self._source, clause("its YAML has several documents, where one was expected"))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self._names.pop()

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if len(self._open) == LIMIT_NESTING:
            raise CardError(self._source, clause("its YAML is nested deeper than {most} levels", most=LIMIT_NESTING))
        value: Value = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(value, event)
        self._open.append(value)
        self._names.append(None)

    def _add(self, event: yaml.ScalarEvent) -> None:
        if self._open and isinstance(self._open[-1], dict) and self._names[-1] is None:
            if event.value in self._open[-1]:
                name = quote(event.value)
                raise CardError(
                    self._source,
                    clause("field {name} stands twice in one object of its YAML, where one was expected", name=name),
                )
            self._names[-1] = event.value
        else:
            self._put(_scalar(event), event)

    def _put(self, value: object, event: yaml.Event) -> None:
        if not self._open:
            self.root = value
        elif isinstance(inside := self._open[-1], list):
            inside.append(value)
        elif (name := self._names[-1]) is not None:
            inside[name] = value
            self._names[-1] = None
        else:
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise CardError(self._source, clause("a name in its YAML is no text (line {line})", line=line))


def _scalar(event: yaml.ScalarEvent) -> object:
    text = event.value
    if event.style:
        return text
    if text.lower() in _PLAIN:
        return _PLAIN[text.lower()]
    return cast("object", json.loads(text)) if _NUMBER.fullmatch(text) else text
