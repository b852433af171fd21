"""What a person at a terminal sees: a bar, and a question where there is a new version."""

import os
import pty
import sys
from pathlib import Path
from subprocess import Popen

import pytest

from tests.bot.commands.cards import v2, written
from tests.bot.commands.conftest import Troupe

ROOT = Path(__file__).parents[3]


def at_terminal(folder: Path, *arguments: str, typed: str = "") -> str:
    """Run a command at a terminal, type something beforehand, and return all that was shown."""
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), "TERM": "xterm"}
    environment |= {"TROUPE_DATA": str(folder / "data"), "LANG": "C.UTF-8"}
    process = Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    with open(ours, "rb", buffering=0) as screen:
        try:
            while part := screen.read(4096):
                shown += part
        except OSError:  # nobody writes any more
            pass
    process.wait(timeout=30)
    return shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_a_person_is_asked_and_sees_a_bar(troupe: Troupe) -> None:
    for number, personality in enumerate(("Kind.", "Cruel.")):
        Path(f"{number}.json").write_bytes(written(v2("Bea", personality=personality)))
    shown = at_terminal(Path.cwd(), "card", "import", "0.json", "1.json", typed="n\n")
    assert "1/2" in shown
    assert "The card Bea is there already, and says something else. Keep that too? [Y/n]" in shown
    assert "\x1b[33mreplaced" in shown
    assert troupe("card", "list", "--data", "data").output.split() == ["#2", "Bea", "us", "1.json"]
