"""Text out of tokens: whole characters, and never a part of a stop string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import TextStream


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    parts: list[bytes] = []
    for size in [*sizes, len(data)]:
        parts.append(data[:size])
        data = data[size:]
    return parts


@given(text=st.text(), sizes=st.lists(st.integers(1, 3)))
def test_text_arrives_whole_however_tokens_cut_it(text: str, sizes: list[int]) -> None:
    stream = TextStream(())
    shown = "".join([*map(stream.push, cut(text.encode("utf-8", "replace"), sizes)), stream.finish()])
    assert shown == text.encode("utf-8", "replace").decode()


@given(
    text=st.text("ab\n:", max_size=30),
    stop=st.lists(st.text("ab\n:", min_size=1, max_size=4), max_size=3),
    sizes=st.lists(st.integers(1, 4)),
)
def test_nothing_of_a_stop_string_is_shown(text: str, stop: list[str], sizes: list[int]) -> None:
    stream = TextStream(stop)
    shown = ""
    for part in cut(text.encode(), sizes):
        shown += stream.push(part)
        if stream.stopped:
            break
    ended = stream.stopped
    shown += stream.finish()
    assert text.startswith(shown)
    assert not any(one in shown for one in stop)
    assert ended == any(one in text for one in stop)
    if not ended:
        assert shown == text


def test_an_unfinished_character_is_left_out() -> None:
    stream = TextStream(())
    assert stream.push("я".encode()[:1]) == ""
    assert stream.finish() == ""


@pytest.mark.parametrize("tokens", [["Hello\nAn", "na: hi"], ["Hello", "\n", "A", "nna", ":"], ["Hello\nAnna: x"]])
def test_a_stop_string_is_found_across_tokens(tokens: list[str]) -> None:
    stream = TextStream(["\nAnna:"])
    assert "".join(stream.push(token.encode()) for token in tokens) == "Hello"
    assert stream.stopped
