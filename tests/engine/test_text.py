"""Text out of tokens: whole characters, and never a part of a stop string."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.text import TextStream, fold


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


def take_back_and_go_on(stream: TextStream, tokens: list[bytes]) -> tuple[list[bytes], list[str]]:
    """Push tokens; leave out each in which a banned string began, and push those behind it again."""
    kept: list[bytes] = []
    shown: list[str] = []
    rest = list(tokens)
    while rest:
        kept.append(rest.pop(0))
        shown.append(stream.push(kept[-1]))
        if stream.caught:
            undone = stream.take_back()
            rest[:0] = kept[len(kept) - undone + 1 :]
            del kept[len(kept) - undone :]
    return kept, shown


@given(
    text=st.text("abB ßé\n", max_size=40),
    banned=st.lists(st.text("abß\né", min_size=1, max_size=5), min_size=1, max_size=4),
    sizes=st.lists(st.integers(1, 6), max_size=20),
)
def test_what_is_shown_is_never_taken_back_and_never_holds_a_banned_string(
    text: str, banned: list[str], sizes: list[int]
) -> None:
    tokens = [part for part in cut(text.encode(), sizes) if part]
    stream = TextStream((), banned)
    kept, shown = take_back_and_go_on(stream, tokens)
    all_shown = "".join(shown) + stream.finish()
    assert b"".join(kept).decode("utf-8", "ignore").startswith(all_shown.replace("\ufffd", ""))
    assert not any(fold(one) in fold(all_shown) for one in banned)
    if not any(fold(one) in fold(text) for one in banned):
        assert all_shown == text


@pytest.mark.parametrize(
    ("tokens", "banned", "kept"),
    [
        (["a ", "shi", "ver", "ed"], "shiver", ["a ", "ver", "ed"]),
        (["a shi", "ver"], "Shiver", ["ver"]),
        (["SHI", "VER", "!"], "shiver", ["VER", "!"]),
        (["I ", "know it"], "know", ["I "]),
        (["a", "b", "ab", "c", "d"], "abc", ["a", "b", "d"]),
        (["aa", "a", "b"], "aab", ["a", "b"]),
        ([" t", "T", " t", " x", "y"], "t ", [" t", "y"]),
    ],
)
def test_a_banned_string_is_taken_back_to_the_token_in_which_it_began(
    tokens: list[str], banned: str, kept: list[str]
) -> None:
    stream = TextStream((), [banned])
    assert take_back_and_go_on(stream, [token.encode() for token in tokens])[0] == [token.encode() for token in kept]


def test_a_token_in_which_a_banned_string_may_begin_is_held_back_whole() -> None:
    stream = TextStream((), ["shiver"])
    assert stream.push(b"go on") == "go on"
    assert stream.push(b" down a shi") == ""
    assert stream.held_tokens == 1
    assert stream.push(b"p") == " down a ship"
    assert stream.held_tokens == 0


def test_the_bytes_of_a_character_are_taken_back_one_by_one() -> None:
    stream = TextStream((), ["é"])
    first, last = "é".encode()[:1], "é".encode()[1:]
    assert stream.push(first) == ""
    stream.push(last)
    assert stream.caught == "é"
    assert stream.take_back() == 1
    assert stream.push("è".encode()[1:]) == "è"


@pytest.mark.parametrize(
    ("stop", "banned", "stops"), [("\nAnna:", "\nAnna:", True), ("Anna", "\nAnna", False), ("\nAn", "nna", True)]
)
def test_of_a_stop_string_and_a_banned_one_the_first_counts(stop: str, banned: str, stops: bool) -> None:
    stream = TextStream([stop], [banned])
    stream.push(b"so\nAnna: hi")
    assert stream.stopped is stops
    assert bool(stream.caught) is not stops


@given(st.text())
@example("ΑΣ Σ")
@example("İa")
def test_folding_keeps_every_letter_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert [fold(letter) for letter in text] == list(fold(text))
