"""The program that plays on platforms, with platforms that a test has made."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import app
from bot.config import Settings
from bot.errors import PlatformError
from bot.roleplay.director import Director
from bot.words import Languages, Sentence, sentence
from engine import EngineSettings

Tell = Callable[[Sentence], None]


def test_a_platform_that_cannot_log_in_or_fails_keeps_nobody_from_the_others(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    directors: list[Director] = []

    async def refused(director: Director, *, languages: Languages, tell: Tell) -> None:
        directors.append(director)
        raise PlatformError("One does not take the token.")

    async def broken(director: Director, *, languages: Languages, tell: Tell) -> None:
        raise ValueError("secret")

    async def played(director: Director, *, languages: Languages, tell: Tell) -> None:
        await asyncio.sleep(0.05)
        directors.append(director)
        tell(sentence("Three has played."))

    monkeypatch.setattr("bot.app._platforms", lambda settings: {"One": refused, "Two": broken, "Three": played})
    settings = Settings(data=tmp_path, engine=EngineSettings(model=tiny_model, window=512))
    assert app.run(settings) == 1
    err = capfd.readouterr().err
    assert "One does not take the token." in err
    assert "Two has failed: the log says more." in err
    assert "Three has played." in err
    assert "secret" not in err
    assert directors[0] is directors[1]
