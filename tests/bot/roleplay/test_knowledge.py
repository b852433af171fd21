"""Documents beside a story, with a real database and a real worker."""

import pytest

from bot.errors import PlayError
from bot.roleplay.director import Director
from bot.roleplay.knowledge import MOST_BYTES
from tests.bot.roleplay.conftest import ADA, KIM, PLACE, card, open_scene
from tests.bot.roleplay.test_memory import read_for

pytestmark = pytest.mark.asyncio(loop_scope="module")

WIKI = """\
# Port Alder

A town of fishers.

## The chapel

The chapel burned in the year of the great storm. Its bell lies in the bay.

## The inn

Beds are four pence, and the soup is free.
"""


async def test_what_is_asked_for_is_quoted_with_its_title(director: Director) -> None:
    await open_scene(director, card("Mira"))
    document = await director.knowledge.attach(PLACE, KIM, "port.md", WIKI.encode())
    assert (document.title, document.source, document.passages) == ("Port Alder", "port.md", 3)
    prompt = await read_for(director, "Mira, what of the old chapel?")
    quote = "From “Port Alder, The chapel”: The chapel burned in the year of the great storm. Its bell lies in the bay."
    assert f"Kim: Mira, what of the old chapel?<|im_end|>\n<|im_start|>system\n{quote}<|im_end|>" in prompt
    assert "From “" not in await read_for(director, "Good morning to you, and how are you?")
    await director.knowledge.detach(PLACE, KIM, "PORT.md")
    assert "From “" not in await read_for(director, "Mira, what of the old chapel?")
    await director.knowledge.attach_known(PLACE, KIM, "port alder")
    assert quote in await read_for(director, "And the chapel?")


async def test_japanese_and_chinese_are_found(director: Director) -> None:
    await open_scene(director, card("Mira"))
    pages = {"港": "# 港\n\n灯台は百年前に建てられた。\n\n## 宿\n\n宿は四部屋ある。", "城": "# 城\n\n钟楼在北门。"}
    for name, text in pages.items():
        await director.knowledge.attach(PLACE, KIM, f"{name}.md", text.encode())
    assert "From “港”: 灯台は百年前に建てられた。" in await read_for(director, "灯台はいつから？")
    assert "From “城”: 钟楼在北门。" in await read_for(director, "钟楼在哪里？")


async def test_a_file_is_stored_once_and_goes_with_the_last_who_has_it(director: Director) -> None:
    await open_scene(director, card("Mira"))
    knowledge = director.knowledge
    first = await knowledge.attach(PLACE, KIM, "port.md", WIKI.encode())
    assert await knowledge.attach(PLACE, ADA, "other.md", WIKI.encode()) == first
    assert await knowledge.attached(PLACE) == await knowledge.held(KIM) == await knowledge.held(ADA) == (first,)
    await knowledge.remove(PLACE, KIM, "Port Alder")
    assert (await knowledge.attached(PLACE), await knowledge.held(KIM), await knowledge.held(ADA)) == ((), (), (first,))
    await knowledge.attach_known(PLACE, ADA, "Port Alder")
    await knowledge.remove(PLACE, ADA, "Port Alder")
    assert (await knowledge.attach(PLACE, KIM, "new.md", WIKI.encode())).id != first.id


@pytest.mark.parametrize(
    ("source", "content", "told"),
    [
        ("port.pdf", b"%PDF", "Markdown, plain text or HTML"),
        ("port", b"text", "Markdown, plain text or HTML"),
        ("port.txt", b"", "no text in it"),
        ("port.html", b"<script>x</script> \n", "no text in it"),
        ("port.txt", b"caf\xe9", "not text in UTF-8"),
        ("port.txt", b"a\x00b", "not text in UTF-8"),
        ("port.txt", b"\xff\xfea", "not text in UTF-8"),
        ("port.txt", b"x" * (MOST_BYTES + 1), "5 MiB"),
        ("port.md", b"# a\nb\n" * 20_001, "20,000 passages"),
    ],
)
async def test_what_cannot_be_read_is_a_sentence(director: Director, source: str, content: bytes, told: str) -> None:
    await open_scene(director, card("Mira"))
    with pytest.raises(PlayError, match=told):
        await director.knowledge.attach(PLACE, KIM, source, content)
    assert await director.knowledge.attached(PLACE) == ()
    assert await director.knowledge.held(KIM) == ()


async def test_other_encodings_and_a_file_without_a_title(director: Director) -> None:
    await open_scene(director, card("Mira"))
    attach = director.knowledge.attach
    assert (await attach(PLACE, KIM, "Port Alder.TXT", b"\xef\xbb\xbfRain.")).title == "Port Alder"
    assert (await attach(PLACE, KIM, "wide.txt", "Дождь.".encode("utf-16"))).passages == 1
    assert (await attach(PLACE, KIM, "page.htm", b"<title>Rain &amp; hail</title><p>It falls.")).title == "Rain & hail"


async def test_a_document_that_is_not_there_is_a_sentence(director: Director) -> None:
    await open_scene(director, card("Mira"))
    for action in (director.knowledge.detach, director.knowledge.remove, director.knowledge.attach_known):
        with pytest.raises(PlayError, match="no document Rain"):
            await action(PLACE, KIM, " Rain")


async def test_a_large_document_is_stored_whole(director: Director) -> None:
    await open_scene(director, card("Mira"))
    text = "\n\n".join(f"# Lamp {number}\n\nIts keeper is number {number} of the guild." for number in range(5_000))
    assert (await director.knowledge.attach(PLACE, KIM, "lamps.md", text.encode())).passages == 5_000
    assert "Its keeper is number 4711 of the guild." in await read_for(director, "Who keeps lamp 4711?")
