"""A JSON schema as a grammar. Pure: what follows the grammar is JSON that fits the schema.

The grammar may be narrower than the schema: properties come in the order in which they are named, and no others. What
it cannot promise, such as a pattern, is refused, not passed over.
"""

import json
from collections.abc import Callable
from typing import Any, NoReturn, cast

from engine.errors import GrammarError, clause

SPACE = '"" | " " | "\\n" " "{0,20}'
STRING = r'"\"" character* "\""'
CHARACTER = r'[^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" code)'
CODE = "[0-9a-cA-CefEF] hex hex hex | [dD] [0-7] hex hex"
"""Four digits, but no half of a surrogate pair: what is parsed from it could not be written as UTF-8."""
NUMBER = 'integer ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?'
NOTHING = '""'
BUILT_IN = {
    "space": SPACE,
    "hex": "[0-9a-fA-F]",
    "code": CODE,
    "character": CHARACTER,
    "string": STRING,
    "integer": '"-"? ("0" | [1-9] [0-9]{0,15})',
    "number": NUMBER,
    "boolean": '"true" | "false"',
    "null": '"null"',
    "object": '"{" space (member (space "," space member)*)? space "}"',
    "member": 'string space ":" space value',
    "array": '"[" space (value (space "," space value)*)? space "]"',
    "value": "object | array | string | number | boolean | null",
}
TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
SAYS_NOTHING = frozenset(
    "$schema $id $comment $defs definitions title description default examples deprecated readOnly writeOnly".split()
)
KNOWS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength"},
}
Schema = dict[str, Any]


def schema_to_gbnf(schema: str) -> str:
    """Translate a schema, as JSON text, to GBNF. Raises GrammarError where it cannot."""
    try:
        return _Translation(_parsed(schema)).text()
    except RecursionError as error:
        raise GrammarError("it is nested too deeply") from error


class _Translation:
    def __init__(self, schema: object) -> None:
        self._schema = schema
        self._rules = dict(BUILT_IN)
        self._references: dict[str, str] = {}

    def text(self) -> str:
        root = self._value(self._schema)
        return "\n".join(f"{name} ::= {rule}" for name, rule in {"root": root, **self._rules}.items())

    def _value(self, schema: object) -> str:
        """Return the name of the rule for a schema."""
        if schema is True or schema == {}:
            return "value"
        if not isinstance(schema, dict):
            raise GrammarError("{value} is no schema", value=json.dumps(schema)[:40])
        known = cast(Schema, schema)
        for keyword, translate in self._whole.items():
            if keyword in known:
                _check_keywords(known, {keyword, "type"} if keyword in ("enum", "const") else {keyword})
                return translate(known[keyword])
        return self._typed(known)

    @property
    def _whole(self) -> dict[str, Callable[[Any], str]]:
        """Keywords that say all of a value by themselves."""
        return {
            "$ref": self._reference,
            "const": lambda value: self._add(_literal(value)),
            "enum": lambda values: self._any_of(values, lambda value: self._add(_literal(value))),
            "anyOf": lambda schemas: self._any_of(schemas, self._value),
            "oneOf": lambda schemas: self._any_of(schemas, self._value),
        }

    def _any_of(self, values: object, translate: Callable[[Any], str]) -> str:
        if not isinstance(values, list) or not values:
            raise GrammarError("a choice needs a list of at least one")
        return self._add(" | ".join(map(translate, cast(list[Any], values))))

    def _reference(self, path: object) -> str:
        if not isinstance(path, str) or (path != "#" and not path.startswith("#/")):
            raise GrammarError("the reference {path} leads out of the schema", path=path)
        if path not in self._references:
            self._references[path] = name = self._add("")
            self._rules[name] = self._value(_follow(self._schema, path))
        return self._references[path]

    def _typed(self, schema: Schema) -> str:
        kinds = schema.get("type", [kind for kind, words in KNOWS.items() if words & schema.keys()] or list(TYPES))
        kinds = cast(list[object], kinds if isinstance(kinds, list) else [kinds])
        if not kinds or any(kind not in TYPES for kind in kinds):
            raise GrammarError("a type is one of {types}", types=", ".join(TYPES))
        _check_keywords(schema, {"type"}.union(*(KNOWS.get(str(kind), ()) for kind in kinds)))
        return self._any_of(kinds, lambda kind: self._of_type(kind, schema))

    def _of_type(self, kind: str, schema: Schema) -> str:
        match kind:
            case "object" if KNOWS["object"] & schema.keys():
                return self._object(schema)
            case "array" if KNOWS["array"] & schema.keys():
                item = self._value(schema.get("items", True))
                inside = _list(item, *_bounds(schema, "minItems", "maxItems"))
                return self._add(f'"[" space {inside} space "]"')
            case "string" if KNOWS["string"] & schema.keys():
                return self._add(rf'"\"" character{_times(*_bounds(schema, "minLength", "maxLength"))} "\""')
            case _:
                return kind

    def _object(self, schema: Schema) -> str:
        properties = cast(Schema, _expect(schema, "properties", dict, {}))
        required = cast(list[object], _expect(schema, "required", list, []))
        if unknown := [name for name in required if name not in list(properties)]:
            raise GrammarError("the required property {name} is not among the properties", name=unknown[0])
        if not properties:
            rest = schema.get("additionalProperties", True)
            return self._add('"{" space "}"') if rest is False else self._map(rest)
        members = [
            (self._add(f'{_literal(name)} space ":" space {self._value(value)}'), name in required)
            for name, value in properties.items()
        ]
        return self._add(f'"{{" space {self._members(members)} space "}}"')

    def _map(self, schema: object) -> str:
        member = self._add(f'string space ":" space {self._value(schema)}')
        return self._add(f'"{{" space ({member} (space "," space {member})*)? space "}}"')

    def _members(self, members: list[tuple[str, bool]]) -> str:
        """Return a rule for members in their order, those that are not required left out or not."""
        rest = self._add(NOTHING)
        starts = [NOTHING]
        for member, required in reversed(members):
            starts = [f"{member} {rest}"] if required else [f"{member} {rest}", *starts]
            after = f'space "," space {member}'
            rest = self._add(f"{after if required else f'({after})?'} {rest}")
        return self._add(" | ".join(starts))

    def _add(self, rule: str) -> str:
        name = f"part-{len(self._rules)}"
        self._rules[name] = rule
        return name


def _parsed(schema: str) -> object:
    try:
        return json.loads(schema, parse_constant=_refuse_constant)
    except GrammarError:
        raise
    except json.JSONDecodeError as error:
        raise GrammarError("it is no JSON ({what})", what=clause(error.msg)) from error
    except ValueError as error:
        raise GrammarError("a number in it is too long") from error


def _refuse_constant(name: str) -> NoReturn:
    raise GrammarError("{value} is no JSON", value=name)


def _check_keywords(schema: Schema, allowed: set[str]) -> None:
    for keyword in schema:
        if keyword not in allowed and keyword not in SAYS_NOTHING:
            raise GrammarError("{keyword} cannot be promised here", keyword=keyword)


def _expect(schema: Schema, keyword: str, kind: type, default: object) -> object:
    value = schema.get(keyword, default)
    if not isinstance(value, kind):
        raise GrammarError("{keyword} is {value}", keyword=keyword, value=json.dumps(value)[:40])
    return value


def _bounds(schema: Schema, least: str, most: str) -> tuple[int, int | None]:
    for name in (least, most):
        value = schema.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise GrammarError("{keyword} is {value}", keyword=name, value=json.dumps(value)[:40])
    if schema.get(most, schema.get(least, 0)) < schema.get(least, 0):
        raise GrammarError("{most} is less than {least}", most=most, least=least)
    return schema.get(least, 0), schema.get(most)


def _times(least: int, most: int | None) -> str:
    return f"{{{least},{'' if most is None else most}}}"


def _list(item: str, least: int, most: int | None) -> str:
    """Return items with commas between them."""
    if most == 0:
        return NOTHING
    more = f'(space "," space {item}){_times(max(least - 1, 0), None if most is None else most - 1)}'
    return f"{item} {more}" if least else f"({item} {more})?"


def _literal(value: object) -> str:
    """Return a value's JSON as a literal of GBNF."""
    text = json.dumps(value, ensure_ascii=False).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _follow(schema: object, path: str) -> object:
    for step in path.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(schema, dict) or key not in schema:
            raise GrammarError("the reference {path} leads nowhere", path=path)
        schema = cast(Schema, schema)[key]
    return schema
