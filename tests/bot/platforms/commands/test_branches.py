"""Commands about branches, with a real director."""

import pytest

from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_branches_are_made_listed_gone_to_and_forgotten(alone: Typist) -> None:
    assert await alone.last("/branch") == ["fail There are no branches yet: /branch make and a name makes one."]
    assert await alone.last("One.", "Two.", "/branch make stormy night #2") == [
        "answer The story goes on in the branch stormy night.",
        "Mira: Mira waves at Anna.",
        "Anna: One.",
    ]
    assert await alone.last("Thunder.", "/branch make calm") == ["answer The story goes on in the branch calm."]
    assert await alone.last("/branch") == [
        "answer - main  Anna: Two.\n- stormy night  Anna: Thunder.\n* calm  Anna: Thunder."
    ]
    assert (await alone.last("/jump main"))[-1] == "Anna: Two."
    assert (await alone.last("/jump #4"))[-1] == "Anna: Thunder."
    [tree] = await alone.last("/branch tree")
    assert tree.splitlines() == [
        "answer #1 Mira: Mira waves at Anna.",
        "#2 Anna: One.",
        "├─ #3 Anna: Two.  (1 of 2)  [main]",
        "#4 Anna: Thunder.  (2 of 2)  [stormy night]  [calm]  ← here",
    ]
    assert await alone.last("/branch delete Calm") == ["answer The name calm is gone; its turns stay."]
    assert await alone.last("/branch make main") == ["fail There is a branch main already: choose another name."]
    assert await alone.last("/jump") == ["fail /jump needs more, for example /jump #12"]
    assert await alone.last("/branch make soft rain") == ["answer The story goes on in the branch soft rain."]
    assert await alone.last("/branch stormy") == [
        "fail /branch goes on with one of these words: list, make, delete, tree."
    ]
