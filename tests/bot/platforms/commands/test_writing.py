"""Commands about notebooks and questions, with a real director."""

import pytest

from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_notebook_is_written_in(alone: Typist) -> None:
    opened, first, second, answer = await alone("/notebook Fog", r"/write Once,\nat sea", "it rained", "/ask Where?")
    assert opened.startswith("answer A new notebook: Fog.")
    assert first.startswith(": ")  # what the model writes has nobody's name
    assert second.startswith(": ")
    assert answer.startswith("answer ")
    [turn, *_] = await alone("/story")
    assert turn == "#1 : Once,\nat sea"


async def test_what_cannot_be_done_is_told_in_a_sentence(alone: Typist) -> None:
    [asked, written] = await alone("/ask", "/write Once")
    assert asked == "fail /ask needs more, for example /ask Who has the key?"
    assert written.startswith("fail A scene with a cast is played here")
