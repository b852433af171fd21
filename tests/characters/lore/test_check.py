from typing import Any

import pytest

from characters.lore import problems
from tests.characters.lore.samples import book, entry


def faults(*keys: str, of: dict[str, Any] | None = None, **fields: Any) -> list[str]:
    fields = {"content": "Text.", **fields}
    found = problems(book(entry(*keys, uid="7", name="Wyrm", **fields), **(of or {})))
    assert all(problem.startswith("The lore entry 'Wyrm' ") and problem.endswith(".") for problem in found)
    return [problem.removeprefix("The lore entry 'Wyrm' ").removesuffix(".") for problem in found]


NEVER = "can never be told: it is not constant, and no key of it can be found"


@pytest.mark.parametrize(
    ("keys", "fields", "expected"),
    [
        (["dragon"], {}, []),
        ([], {"constant": True}, []),
        ([], {"content": "@@activate\nText."}, []),
        ([], {"enabled": False}, []),
        ([], {}, [NEVER]),
        ([""], {}, ["has the key '', which is never found: it is empty", NEVER]),
        (["a", " "], {}, ["has the key ' ', which is never found: it is empty"]),
        (
            ["/a(/"],
            {},
            [
                "has the key '/a(/', which is never found: it is no valid regular expression "
                "(its parser says: missing ) at position 2)",
                NEVER,
            ],
        ),
        (
            ["a"],
            {"secondary_keys": ("/[/",)},
            [
                "has the key '/[/', which is never found: "
                "it is no valid regular expression (its parser says: unterminated character set at position 1)",
                "can never be told: a key that it asks for besides is no valid regular expression",
            ],
        ),
        (["a"], {"secondary_keys": ("/[/",), "selective": False}, []),
        (["a"], {"content": "@@depth 3\n\n"}, ["says nothing"]),
        (["a"], {"probability": 0}, ["can never be told: its probability is 0"]),
        (["a"], {"probability": 0, "use_probability": False}, []),
        (["a"], {"content": "@@dont_activate\nx"}, ["can never be told: its decorator @@dont_activate forbids it"]),
        (
            ["a"],
            {"delay_until_recursion": 1, "exclude_recursion": True},
            ["can never be told: it waits for recursion, which is switched off for it"],
        ),
        (
            ["a"],
            {"delay_until_recursion": 1, "of": {"recursive_scanning": False}},
            ["can never be told: it waits for recursion, which is switched off for it"],
        ),
        (
            ["a"],
            {"content": "@@glitter 3\nx"},
            ["has the decorator 'glitter', which is not known here and does nothing"],
        ),
    ],
)
def test_a_critic_says_what_can_never_be_told(keys: list[str], fields: dict[str, Any], expected: list[str]) -> None:
    assert faults(*keys, **fields) == expected


def test_an_entry_is_called_by_what_it_has() -> None:
    named = book(entry(uid="7"), entry(uid="8", comment="Sea"), entry("", "/(/", uid="9"))
    titles = [problem.split(" has ")[0].split(" can ")[0] for problem in problems(named)]
    assert list(dict.fromkeys(titles)) == ["The lore entry '7'", "The lore entry 'Sea'", "The lore entry '/(/'"]
