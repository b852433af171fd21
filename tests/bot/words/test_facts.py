"""Whatever is said, also as a fact of something else, can be said in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.words import Languages, Sentence, catalogues
from characters import CardError, read_card
from engine import Sampling
from engine.errors import EngineError, ModelError, clause

ROOT = Path(__file__).parents[3]
LANGUAGES = Languages()

OF_ERRORS = frozenset(
    {"CardError", "ConfigError", "DataFolderError", "InvalidSampling", "LorebookError", "ModelError", "StoryFileError"}
)
SAYING = (frozenset(catalogues.SAID) | OF_ERRORS) - {"Command", "Option"}


def english(expression: ast.expr) -> Iterator[str]:
    """Yield the words that a fact would always have in English."""
    match expression:
        case ast.Constant(value=str(text)) if any(word.isalpha() and len(word) > 1 for word in text.split()):
            yield text
        case ast.JoinedStr(values=values):
            for value in values:
                yield from english(value)
        case ast.IfExp(body=one, orelse=other):
            yield from (*english(one), *english(other))
        case ast.BoolOp(values=values):
            for value in values:
                yield from english(value)
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id="error")]):
            yield "str(error)"
        case ast.Attribute(attr="strerror"):
            yield "strerror"
        case ast.Name(id="error"):
            yield "error"
        case _:
            pass


def facts(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the facts of what is said in a call: what it names, and what an error is given behind its source.

    A `message` is what another program says, quoted.
    """
    name = _name(call)
    if name in SAYING:
        yield from (keyword.value for keyword in call.keywords if keyword.arg != "message")
    if name in OF_ERRORS:
        yield from call.args[0 if name == "ConfigError" else 1 :]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("layer", catalogues.LAYERS)
def test_no_fact_is_english(layer: str) -> None:
    """It would be said in English amid another language: make a sentence or a clause of it."""
    found = [
        f"{file.relative_to(ROOT)}:{call.lineno}: {text}"
        for file in sorted((ROOT / layer).rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        for fact in facts(call)
        for text in english(fact)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ('"a number"', ["a number"]),
        ('f"one of {names}"', ["one of "]),
        ('reason or "no name of it"', ["no name of it"]),
        ("str(error)", ["str(error)"]),
        ("error.strerror", ["strerror"]),
        ('sentence("a number")', []),
        ("name", []),
        ('", ".join(names)', []),
        ('f"{name}: {value}"', []),
    ],
)
def test_english_facts_are_recognised(fact: str, words: list[str]) -> None:
    assert list(english(ast.parse(fact, mode="eval").body)) == words


def test_what_layers_refuse_that_know_no_words_is_said_in_every_language() -> None:
    with pytest.raises(EngineError) as sampling:
        Sampling(temperature=7)
    with pytest.raises(CardError) as card:
        read_card(b'{"name": 7, "description": ""}', source="mira.json")
    with pytest.raises(EngineError) as grammar:
        Sampling(grammar="root = x")
    model = ModelError("model.gguf", clause("No such file or directory"))
    for error in (sampling.value, card.value, grammar.value, model):
        said = {language: LANGUAGES.best(language).explain(error) for language in LANGUAGES.tags}
        assert said["en"] == str(error)
        assert len(set(said.values())) == len(said)
        assert not any("expected" in text for language, text in said.items() if language != "en")


def test_what_has_no_sentence_is_said_as_it_is() -> None:
    assert LANGUAGES.best("ru").explain(OSError("{disk}")) == "{disk}"
    assert LANGUAGES.best("en").say(Sentence("{what}", {"what": clause("a {size} file", size=3)})) == "a 3 file"
