"""What is wrong with a reply, as a table: echoes, ends inside a word."""

import pytest

from bot.roleplay.quality import Echo, Limit, spare

FORMER = "*She wipes the counter.* The lamp is out, and the rain taps on the glass. Who put it out, I wonder?"
OTHER = "Nobody comes here at night. The road is flooded."


def echoed(text: str, *formers: str, size: int = 3) -> tuple[list[str], bool]:
    """Push a text in pieces; return what came out of each, and whether it is an echo."""
    echo = Echo(formers)
    out: list[str] = []
    for at in range(0, len(text), size):
        out.append(echo.push(text[at : at + size]))
        if echo.is_echo:
            return out, True
    return [*out, echo.finish()], echo.is_echo


@pytest.mark.parametrize(
    "said",
    [
        FORMER,
        FORMER.upper(),
        FORMER.replace("*", ""),
        FORMER.replace("wonder", "think"),
        FORMER[:40],
        FORMER + " And then she goes on for a long while.",
        "Nobody comes here at night, the road is flooded!",
    ],
)
def test_what_was_said_before_is_no_reply_and_nothing_of_it_is_passed_on(said: str) -> None:
    out, is_echo = echoed(said, FORMER, OTHER)
    assert is_echo
    assert "".join(out) == ""


@pytest.mark.parametrize(
    "said",
    [
        "The lamp is out, and the rain taps on the glass.",
        "*She wipes her hands.* Good evening.",
        "*She",
        "Nobody comes.",
        "...",
        "",
    ],
)
def test_anything_else_is_passed_on_whole(said: str) -> None:
    out, is_echo = echoed(said, FORMER, OTHER)
    assert not is_echo
    assert "".join(out) == said


def test_what_is_different_is_passed_on_as_soon_as_it_is() -> None:
    out, _ = echoed("Good evening, Kim.", FORMER, OTHER, size=1)
    assert "".join(out[:2]) == "Go"
    out, _ = echoed("Nobody knows.", FORMER, OTHER, size=1)
    assert next(chunk for chunk in out if chunk) == "Nobody k"


def test_a_short_reply_may_be_said_twice() -> None:
    out, is_echo = echoed("Good evening.", "Good evening.")
    assert ("".join(out), is_echo) == ("Good evening.", False)


def test_an_echo_that_is_let_go_comes_whole() -> None:
    echo = Echo([FORMER + OTHER])
    assert echo.push(FORMER + OTHER) == ""
    assert echo.is_echo
    assert echo.release() + echo.push(" More.") == FORMER + OTHER + " More."


def limited(tokens: int, *chunks: str, is_cut: bool = True) -> tuple[str, bool]:
    limit = Limit(tokens)
    said = ""
    for chunk in chunks:
        said += limit.push(chunk)
        if limit.is_over:
            return said, True
    return said + limit.finish(is_cut=is_cut), False


@pytest.mark.parametrize(
    ("chunks", "said"),
    [
        ([" The", " lamp", " is", " out", ".", " Who", " put"], " The lamp is out."),
        ([" The", " lamp", " is", " out", ".\u201d", " Who"], " The lamp is out.\u201d"),
        ([" The", " lamp", " is", " out", "!*", "\n", "Who"], " The lamp is out!*"),
        ([" The", " lamp", ".", " Who", " put"], " The lamp."),
        ([" The", " lamp", " costs", " 3", ".", "5", " crowns", ".", " Yes"], " The lamp costs 3.5 crowns."),
        ([" The", " lamp", "\n", "Who"], " The lamp"),
        (["灯", "灭", "了", "。", "谁", "干"], "灯灭了。"),
        (["「", "灯", "が", "消", "えた", "。", "」", "誰"], "「灯が消えた。」"),
    ],
)
def test_behind_its_last_token_a_reply_goes_on_to_the_end_of_its_sentence(chunks: list[str], said: str) -> None:
    assert limited(2, *chunks) == (said, True)


@pytest.mark.parametrize(
    ("chunks", "said"),
    [
        ([" The", " lamp", " is", " flick"], " The lamp is "),
        ([" The", " lamp", "light", "er"], " The lamp"),
        ([" Ми", "ра", " мол", "чи"], " Мира "),
        (["灯", "灭", "了", "谁"], "灯灭了谁"),
        ([" she", " does", "n", "'", "t"], " she does"),
    ],
)
def test_where_no_sentence_ends_no_word_is_broken(chunks: list[str], said: str) -> None:
    assert limited(2, *chunks)[0] in (said, said.rstrip())


def test_a_reply_that_ends_by_itself_is_whole() -> None:
    chunks = (" The", " lamp", " is", " out")
    assert limited(2, *chunks, is_cut=False) == (" The lamp is out", False)
    assert limited(9, *chunks, is_cut=False) == (" The lamp is out", False)


@pytest.mark.parametrize(("tokens", "more"), [(1, 8), (150, 30), (99_999, 1), (100_000, 0)])
def test_room_to_end_a_sentence(tokens: int, more: int) -> None:
    assert spare(tokens) == more
