"""JSON schemas as grammars: what follows the grammar fits the schema, and what cannot be promised is refused."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.gbnf import Characters, read_gbnf
from engine.grammar import Grammar
from engine.schema import schema_to_gbnf

PERSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A person",
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "age": {"type": ["integer", "null"]},
        "mood": {"enum": ["calm", 'a "good" one\\', 3, None, {"é": [1, "\x7f"]}]},
        "tags": {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3},
    },
    "required": ["name", "mood"],
    "additionalProperties": False,
}
TREE = {"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "object", "properties": {"next": {"$ref": "#"}}}}}
SCHEMAS = [
    PERSON,
    TREE,
    True,
    {},
    {"type": "object"},
    {"type": "object", "additionalProperties": {"type": "integer"}},
    {"type": "object", "additionalProperties": False},
    {"type": "array"},
    {"items": {"const": "x"}, "minItems": 2},
    {"type": "array", "maxItems": 0},
    {"anyOf": [{"type": "number"}, {"const": [True, None]}]},
    {"oneOf": [{"type": "null"}, {"type": "string"}]},
    {"properties": {"a": {}, "b": True, "": {"type": "null"}}, "required": ["b"]},
]


def fits(text: str, schema: object) -> bool:
    grammar = Grammar(read_gbnf(schema_to_gbnf(json.dumps(schema))))
    return None in grammar.step_through(grammar.start, text)


def write(grammar: Grammar, seed: int) -> str | None:
    """Write something that follows a grammar, at random; None where it became too long."""
    chance = random.Random(seed)
    state, text = grammar.start, ""
    while len(text) < 300:
        if None in state and (len(state) == 1 or chance.random() < 0.5):
            return text
        symbols = sorted((place.symbol for place in state if place), key=repr)
        symbol = chance.choice([one for one in symbols if isinstance(one, Characters)])
        known = [chr(code) for code in (*range(0x20, 0x7F), 0, 10, 0x7F, 0xE9, 0x732B, 0x1F642) if symbol.has(code)]
        character = chance.choice([one for one in '"}],: ' if one in known] * 3 + known)
        text, state = text + character, grammar.step(state, character)
    return None


def conforms(value: object, schema: object) -> bool:
    if not isinstance(schema, dict):
        return schema is True
    if "$ref" in schema:
        return isinstance(value, dict) and all(key == "next" and conforms(one, TREE) for key, one in value.items())
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return any(conforms(value, one) for one in schema[choice])
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}
    wanted = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else [])
    wanted = wanted if isinstance(wanted, list) else [wanted]
    if wanted and not any(value is None if kind == "null" else isinstance(value, kinds[kind]) for kind in wanted):
        return False
    if isinstance(value, dict):
        properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
        return set(schema.get("required", ())) <= value.keys() and all(
            conforms(one, properties.get(key, rest)) for key, one in value.items()
        )
    if isinstance(value, list):
        within = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 1000)
        return within and all(conforms(one, schema.get("items", True)) for one in value)
    if isinstance(value, str):
        return schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1000)
    return True


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: json.dumps(schema)[:30])
def test_what_follows_the_grammar_parses_and_fits_the_schema(schema: object) -> None:
    grammar = Grammar(read_gbnf(schema_to_gbnf(json.dumps(schema))))
    written = [text for seed in range(60) if (text := write(grammar, seed)) is not None]
    assert len(written) >= 20
    for text in written:
        value = json.loads(text)
        value_text = json.dumps(value, ensure_ascii=False)
        assert value_text.encode()
        assert conforms(value, schema), text


@given(
    value=st.fixed_dictionaries(
        {
            "name": st.text('aé"\\ \n', min_size=1, max_size=5),
            "mood": st.sampled_from(PERSON["properties"]["mood"]["enum"]),
        },
        optional={"age": st.none() | st.integers(-999, 999), "tags": st.lists(st.booleans(), min_size=1, max_size=3)},
    ),
    indent=st.sampled_from([None, 2]),
)
def test_what_fits_the_schema_follows_the_grammar(value: dict[str, object], indent: int | None) -> None:
    ordered = {name: value[name] for name in PERSON["properties"] if name in value and name != "mood"}
    text = json.dumps({**ordered}, indent=indent, ensure_ascii=False)
    without_mood = {**PERSON, "required": ["name"]}
    assert fits(text, without_mood)
    assert not fits(text, PERSON)
    del ordered["name"]
    assert not fits(json.dumps(ordered, indent=indent), without_mood)


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("01", {"type": "integer"}),
        ("1.", {"type": "number"}),
        ("1.5", {"type": "integer"}),
        ("", {"type": "string"}),
        ('"a\nb"', {"type": "string"}),
        (r'"\ud800"', {"type": "string"}),
        (r'"\q"', {"type": "string"}),
        ('"abc"', {"type": "string", "maxLength": 2}),
        ('"a"', {"type": "string", "minLength": 2}),
        ("[true]", {"type": "array", "minItems": 2}),
        ("[1, 2]", {"type": "array", "maxItems": 1}),
        ("[1,]", {"type": "array"}),
        ('{"a": 1}', {"type": "object", "additionalProperties": False}),
        ('{"a": 1,}', {"type": "object"}),
        ('{"b": 1}', {"properties": {"a": {}}}),
        (" 1", {"type": "integer"}),
        ("1 ", {"type": "integer"}),
    ],
)
def test_what_does_not_fit_is_not_let_through(text: str, schema: object) -> None:
    assert not fits(text, schema)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("", "Expecting value"),
        ("[]", "is no schema"),
        ("false", "false is no schema"),
        ('{"const": NaN}', "NaN is no JSON"),
        ('{"type": "text"}', "a type is one of object, array"),
        ('{"type": []}', "a type is one of"),
        ('{"type": "string", "pattern": "a"}', "pattern cannot be promised here"),
        ('{"type": "integer", "minimum": 1}', "minimum cannot be promised here"),
        ('{"type": "integer", "minLength": 1}', "minLength cannot be promised here"),
        ('{"allOf": [{}]}', "allOf cannot be promised here"),
        ('{"enum": [1], "minimum": 1}', "minimum cannot be promised here"),
        ('{"enum": []}', "a choice needs a list of at least one"),
        ('{"anyOf": 1}', "a choice needs a list of at least one"),
        ('{"$ref": "https://example.org/schema"}', "leads out of the schema"),
        ('{"$ref": 1}', "leads out of the schema"),
        ('{"$ref": "#/$defs/a"}', "leads nowhere"),
        ('{"properties": []}', r"properties is \[\]"),
        ('{"properties": {"a": {}}, "required": ["b"]}', "the required property b is not among the properties"),
        ('{"properties": {}, "required": [{}]}', "is not among the properties"),
        ('{"type": "array", "minItems": -1}', "minItems is -1"),
        ('{"type": "array", "maxItems": true}', "maxItems is true"),
        ('{"type": "array", "minItems": 3, "maxItems": 2}', "maxItems is less than minItems"),
        ('{"items": ' * 3000 + "{}" + "}" * 3000, "nested too deeply"),
    ],
)
def test_what_cannot_be_promised_is_refused_with_a_reason(schema: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        schema_to_gbnf(schema)


def test_a_schema_that_only_refers_to_itself_is_refused() -> None:
    gbnf = schema_to_gbnf('{"$ref": "#"}')
    with pytest.raises(ValueError, match="begins with itself"):
        Grammar(read_gbnf(gbnf))
