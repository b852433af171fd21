from typing import Any

import pytest

from characters.lore import Cause, Effects
from characters.lore.decorators import Decorators, split_decorators
from tests.characters.lore.samples import causes, entry, left_out, told, uids


@pytest.mark.parametrize(
    ("content", "decorators", "text"),
    [
        ("Plain.", Decorators(), "Plain."),
        ("\n\n@ Plain.\n", Decorators(), "\n\n@ Plain.\n"),
        ("", Decorators(), ""),
        ("@@depth 3\n@@role user\n\nText.\n@@depth 4", Decorators(depth=3, role="user"), "Text.\n@@depth 4"),
        ("\n@@activate\n\n@@scan_depth 9\n", Decorators(activate=True, scan_depth=9), ""),
        ("@@activate false\nText.", Decorators(unknown=("activate",)), "Text."),
        ("@@depth 1\n@@depth 2\nText.", Decorators(depth=1), "Text."),
        ("@@depth -1\n@@role god\nText.", Decorators(unknown=("depth", "role")), "Text."),
        (
            "@@additional_keys a, b,,\n@@exclude_keys c\nx",
            Decorators(additional_keys=("a", "b"), exclude_keys=("c",)),
            "x",
        ),
        ("@@strange 4\n@@@stranger\n@@@depth 5\n@@@depth 6\nText.", Decorators(depth=5), "Text."),
        ("@@depth 4\n@@@depth 5\n@@strange\nText.", Decorators(depth=4, unknown=("strange",)), "Text."),
        ("@@@depth 5\nText.", Decorators(), "Text."),
        ("@@position after_desc\nText.", Decorators(position="after_char"), "Text."),
        (
            "@@is_user_icon a b\n@@disable_ui_prompt system_prompt\nx",
            Decorators(is_user_icon="a b", disable_ui_prompt="system_prompt"),
            "x",
        ),
    ],
)
def test_lines_at_the_start_are_decorators(content: str, decorators: Decorators, text: str) -> None:
    assert split_decorators(content) == (decorators, text)


@pytest.mark.parametrize(
    ("lines", "moment", "is_told"),
    [
        ("@@activate\n@@dont_activate", {}, True),
        ("@@dont_activate", {"say": "key"}, False),
        ("@@additional_keys p,q", {"say": "key"}, False),
        ("@@additional_keys p,q", {"say": "key q"}, True),
        ("@@exclude_keys p,q", {"say": "key"}, True),
        ("@@exclude_keys p,q", {"say": "key p"}, False),
        ("@@scan_depth 1", {"say": ("key", "x")}, False),
        ("@@activate_only_after 3", {"say": "key", "replies": 2}, False),
        ("@@activate_only_after 3", {"say": "key", "replies": 3}, True),
        ("@@activate_only_every 3", {"say": "key", "replies": 4}, False),
        ("@@activate_only_every 3", {"say": "key", "replies": 6}, True),
        ("@@activate_only_every 0", {"say": "key", "replies": 6}, True),
        ("@@is_greeting 1", {"say": "key", "greeting": 0}, False),
        ("@@is_greeting 1", {"say": "key", "greeting": 1}, True),
        ("@@is_greeting 1", {"say": "key"}, True),
        ("@@is_user_icon a", {"say": "key", "user_icon": "b"}, False),
        ("@@is_user_icon a", {"say": "key", "user_icon": "a"}, True),
        ("@@is_user_icon a", {"say": "key"}, True),
    ],
)
def test_they_say_when_an_entry_is_told(lines: str, moment: dict[str, Any], is_told: bool) -> None:
    outcome = told(entry("key", content=f"{lines}\n\nText."), **moment)
    assert [fired.content for fired in outcome.fired] == ["Text."] * is_told


def test_what_waits_holds_back_a_constant_too() -> None:
    assert not told(entry("a", content="@@activate_only_after 3\nx", constant=True), replies=1).fired


def test_what_waits_does_not_end_what_is_sticky() -> None:
    timed = entry("a", content="@@activate_only_every 2\nx", sticky=5)
    assert told(timed, count=3, replies=3, effects=Effects({"b/a": 2})).fired


def test_a_decorators_depth_counts_before_the_entrys_own() -> None:
    assert not told(entry("a", content="@@scan_depth 1\nx", scan_depth=9), say=("a", "b")).fired


def test_an_entry_can_stay_for_good_or_come_but_once() -> None:
    keep, once = (entry(name, content=f"@@{name}_after_match\nx") for name in ("keep_activate", "dont_activate"))
    begun = told(keep, once, say="keep_activate dont_activate").effects
    assert begun == Effects({"b/keep_activate": 1, "b/dont_activate": 1})
    later = told(keep, once, say=("dont_activate",), count=9, effects=begun)
    assert causes(later) == {"keep_activate": Cause("keep_activate_after_match")}
    assert uids(told(keep, once, say="dont_activate", count=1, effects=begun)) == ["dont_activate"]


@pytest.mark.parametrize(
    ("lines", "position", "depth", "role"),
    [
        ("", "after_char", 4, "system"),
        ("@@depth 2\n@@role assistant\n", "at_depth", 2, "assistant"),
        ("@@reverse_depth 2\n", "at_depth", 8, "system"),
        ("@@reverse_depth 20\n", "at_depth", 0, "system"),
        ("@@reverse_depth 2\n@@depth 1\n", "at_depth", 1, "system"),
        ("@@depth 2\n@@position before_desc\n", "before_char", 4, "system"),
        ("@@position personality\n", "personality", 4, "system"),
    ],
)
def test_they_say_where_it_is_told(lines: str, position: str, depth: int, role: str) -> None:
    outcome = told(entry("key", content=f"{lines}x", position="after_char"), say="key", count=10)
    assert [(fired.position, fired.depth, fired.role) for fired in outcome.fired] == [(position, depth, role)]


def test_what_yields_when_there_is_no_room_goes_first() -> None:
    yielding = entry("a", content="@@ignore_on_max_context\nfour words of text", priority=9)
    assert uids(told(yielding, entry("b"), say="a b", budget=6)) == ["a", "b"]
    assert left_out(told(yielding, entry("b"), say="a b", budget=5)) == {"a": "budget"}


def test_an_entry_can_ask_to_leave_a_part_of_the_prompt_out() -> None:
    outcome = told(entry("a", content="@@disable_ui_prompt system_prompt\nx"), say="a")
    assert outcome.fired[0].disables == "system_prompt"
