"""Documents that the story looks up, with a real director."""

from pathlib import Path

import pytest

from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_documents_come_and_go(alone: Typist, tmp_path: Path) -> None:
    page = tmp_path / "port alder.txt"
    page.write_text("The chapel burned.")
    for written in (f'"{page}"', str(page)):
        assert await alone("/knowledge", f"/knowledge attach {written}", "/knowledge list") == [
            "answer No document is attached.",
            "answer Attached: port alder, one passage.",
            "answer port alder (port alder.txt, one passage)",
        ]
        assert await alone("/knowledge detach port alder") == ["answer Detached: port alder."]
    assert await alone('/knowledge attach document="port alder"') == ["answer Attached: port alder, one passage."]
    assert await alone("/knowledge remove port alder") == ["answer Removed: port alder."]


async def test_what_cannot_be_attached_is_told(alone: Typist, tmp_path: Path) -> None:
    assert await alone("/knowledge attach document=snow") == ["fail There is no document snow here."]
    assert await alone("/knowledge attach") == ["fail Name a file: Markdown, plain text or HTML."]
    assert await alone(f"/knowledge attach {tmp_path}") == [f"fail The file {tmp_path} cannot be read: Is a directory."]
    assert await alone("/knowledge burn") == [
        "fail /knowledge goes on with one of these words: list, attach, detach, remove."
    ]
