"""No test of the bot sees the settings of whoever runs it."""

import os

import pytest


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("TROUPE_"):
            monkeypatch.delenv(name)
