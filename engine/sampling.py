"""How the next token is drawn, and when a reply ends. All numbers of sampling stand here."""

from dataclasses import dataclass
from typing import cast

from engine.errors import Clause, GrammarError, InvalidSampling, clause
from engine.gbnf import read_gbnf
from engine.grammar import Grammar
from engine.schema import schema_to_gbnf

MAX_SEED = 2**32 - 2
"""To llama.cpp one more means a random seed."""

COUNTS = {
    "top_k": (0, 100_000),
    "repeat_last_n": (-1, 100_000),
    "dry_allowed_length": (1, 100),
    "dry_penalty_last_n": (-1, 100_000),
    "mirostat": (0, 2),
    "max_tokens": (1, 100_000),
}
AMOUNTS = {
    "temperature": (0, 5),
    "dynatemp_range": (0, 5),
    "dynatemp_exponent": (0.01, 10),
    "top_p": (0, 1),
    "min_p": (0, 1),
    "typical_p": (0, 1),
    "top_n_sigma": (0, 10),
    "xtc_probability": (0, 1),
    "xtc_threshold": (0, 0.5),
    "dry_multiplier": (0, 5),
    "dry_base": (1, 4),
    "repeat_penalty": (0.1, 3),
    "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
    "penalty_decay": (0.5, 1),
    "mirostat_tau": (0, 20),
    "mirostat_eta": (0, 1),
}
STRINGS = {"stop": (64, 200), "banned_strings": (500, 100), "dry_sequence_breakers": (32, 40)}
"""How many there may be, and of how many characters each."""
BIAS = (-100, 100)
MOST_BIASES = 1000
BIASED_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Sampling:
    """The field's own settings, by their usual names. What is not said below has llama.cpp's meaning.

    A temperature of 0 always takes the likeliest token. Off are: `top_k`, `min_p`, `top_n_sigma`, `dynatemp_range`,
    `xtc_probability`, `dry_multiplier`, `mirostat` and the presence and frequency penalties at 0; `top_p`, `typical_p`,
    `repeat_penalty` and `penalty_decay` at 1; texts where they are empty.

    The `last_n` count tokens of the prompt too; -1 means all that was read. With a `penalty_decay` a token's count, by
    which the frequency penalty is multiplied, shrinks by that factor with each token that is written. `mirostat`
    takes the place of all that choose candidates, from `top_k` to XTC. `logit_bias` pairs a token's id, or a text all
    of whose tokens are meant, with what is added to their logits. `banned_strings` never appear in a reply, in
    capitals or small letters. `grammar` is GBNF, `json_schema` a schema as JSON text. Without a seed every reply is
    drawn anew.

    Raises InvalidSampling, with the range, where a value is nonsense.
    """

    temperature: float = 0.8
    dynatemp_range: float = 0.0
    dynatemp_exponent: float = 1.0
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    typical_p: float = 1.0
    top_n_sigma: float = 0.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    dry_penalty_last_n: int = -1
    dry_sequence_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    repeat_penalty: float = 1.1
    repeat_last_n: int = 256
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    penalty_decay: float = 1.0
    mirostat: int = 0
    mirostat_tau: float = 5.0
    mirostat_eta: float = 0.1
    logit_bias: tuple[tuple[int | str, float], ...] = ()
    banned_strings: tuple[str, ...] = ()
    grammar: str = ""
    json_schema: str = ""
    max_tokens: int = 160
    stop: tuple[str, ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        for name, (least, most) in COUNTS.items():
            self._check_count(name, least, most)
        if self.seed is not None:
            self._check_count("seed", 0, MAX_SEED)
        for name, (least, most) in AMOUNTS.items():
            if not _is_number(getattr(self, name), least, most):
                self._refuse(name, clause("a number from {least:,} to {most:,}", least=least, most=most))
        for name, (count, length) in STRINGS.items():
            if not _are_strings(getattr(self, name), count, length):
                self._refuse(
                    name, clause("at most {count} texts of 1 to {length} characters", count=count, length=length)
                )
        self._check_bias()
        self._check_grammar()

    @property
    def gbnf(self) -> str:
        """The grammar that the reply has to follow, or an empty text."""
        return schema_to_gbnf(self.json_schema) if self.json_schema else self.grammar

    def _check_count(self, name: str, least: int, most: int) -> None:
        value = getattr(self, name)
        if not isinstance(value, int) or not _is_number(value, least, most):
            self._refuse(name, clause("a whole number from {least:,} to {most:,}", least=least, most=most))

    def _check_bias(self) -> None:
        if not _are_biases(self.logit_bias):
            least, most = BIAS
            self._refuse(
                "logit_bias",
                clause(
                    "at most {count:,} pairs of a token's id or a text, and a number from {least} to {most}",
                    count=MOST_BIASES,
                    least=least,
                    most=most,
                ),
            )

    def _check_grammar(self) -> None:
        for name in ("grammar", "json_schema"):
            if not isinstance(getattr(self, name), str):
                self._refuse(name, clause("a text"))
        if self.grammar and self.json_schema:
            self._refuse("json_schema", clause("none beside a grammar"))
        try:
            if gbnf := self.gbnf:
                Grammar(read_gbnf(gbnf))
        except GrammarError as error:
            name = "json_schema" if self.json_schema else "grammar"
            schema = clause("a JSON schema that can be followed ({problem})", problem=error.problem)
            grammar = clause("a grammar in GBNF ({problem})", problem=error.problem)
            raise InvalidSampling(name, getattr(self, name), schema if self.json_schema else grammar) from error

    def _refuse(self, name: str, expected: Clause) -> None:
        raise InvalidSampling(name, getattr(self, name), expected)


def _is_number(value: object, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_text(value: object, length: int) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= length


def _items(value: object, most: int) -> tuple[object, ...] | None:
    """Return a tuple's items; None where it is none, or has too many."""
    items = cast(tuple[object, ...], value) if isinstance(value, tuple) else None
    return items if items is not None and len(items) <= most else None


def _are_strings(value: object, count: int, length: int) -> bool:
    items = _items(value, count)
    return items is not None and all(_is_text(item, length) for item in items)


def _are_biases(value: object) -> bool:
    items = _items(value, MOST_BIASES)
    return items is not None and all(map(_is_bias, items))


def _is_bias(value: object) -> bool:
    pair = _items(value, 2)
    if pair is None or len(pair) != 2:
        return False
    is_token = isinstance(pair[0], int) and _is_number(pair[0], 0, 2**31 - 1)
    return (is_token or _is_text(pair[0], BIASED_CHARACTERS)) and _is_number(pair[1], *BIAS)
