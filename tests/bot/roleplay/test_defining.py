from typing import Any

import pytest

from bot.errors import PlayError
from bot.roleplay.defining import read_definition


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("day = 1..9", {"kind": "number", "name": "day", "least": 1, "most": 9, "unit": ""}),
        ("health=0 to 100 %", {"kind": "number", "name": "health", "least": 0, "most": 100, "unit": "%"}),
        ("cold = -40..5 °C", {"kind": "number", "name": "cold", "least": -40, "most": 5, "unit": "°C"}),
        ("trust = wary, warm", {"kind": "choice", "name": "trust", "options": ["wary", "warm"]}),
        ("天气 = 晴，雨、雪", {"kind": "choice", "name": "天气", "options": ["晴", "雨", "雪"]}),
        ("place = Text", {"kind": "text", "name": "place"}),
    ],
)
def test_a_value_is_defined_in_a_line(written: str, read: dict[str, Any]) -> None:
    assert read_definition(written) == read


@pytest.mark.parametrize("written", ["", "day", "day =", "= 1..9", "trust = wary", "day = 1.."])
def test_what_defines_nothing_is_refused_with_examples(written: str) -> None:
    with pytest.raises(PlayError, match=r"day = 1\.\.9, trust = wary, warm or place = text"):
        read_definition(written)
