"""Every baseline plays a trace with the same token ids."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import llama_cpp
import pytest

from bench.baselines.bare import end_tokens, write_together
from bench.baselines.llama import play_llama, play_ram_cache
from bench.baselines.prompts import Prompts
from bench.baselines.server import play_at, play_server, play_tuned_server
from bench.play import SHOWN_TOKENS, Played
from bench.trace import LINES, opening
from engine import EngineSettings, Sampling
from engine.plan import LOW_WATERMARK
from tests.bench.conftest import short

STEPS = 12


@pytest.fixture(autouse=True)
def unpatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Llama` is opened with other parameters for the rest of a process; here that is the tests' own."""
    library: Any = llama_cpp.llama_cpp
    monkeypatch.setattr(library, "llama_model_default_params", library.llama_model_default_params)
    monkeypatch.setattr("bench.baselines.server.PAUSE_SECONDS", 0)


@pytest.mark.parametrize("play", [play_llama, play_ram_cache])
def test_llama_plays_a_trace(play: Any, settings: EngineSettings) -> None:
    told: list[Played] = []
    play(told.append, settings, short(STEPS))
    assert len(told) == STEPS
    assert all(played.ttft_s > 0 for played in told)
    assert any(played.is_trimmed for played in told)


def test_a_good_client_trims_in_large_steps(settings: EngineSettings) -> None:
    prompts = Prompts(settings)
    trims = 0
    for step in short(60):
        wanted = prompts.want(step)
        trims += wanted.is_trimmed
        assert len(wanted.tokens) <= settings.window * (LOW_WATERMARK if wanted.is_trimmed else 1)
    assert 3 <= trims <= 20


def test_the_bare_loop_writes(settings: EngineSettings) -> None:
    told: list[Any] = []
    end_tokens(told.append, settings)
    write_together(told.append, settings, [opening(1, 9), opening(2, 40)], Sampling(max_tokens=8, seed=1), 2)
    ends, *rates = told
    assert ends
    assert len(rates) == 2
    assert all(rate > 0 for rate in rates)


class Fake(BaseHTTPRequestHandler):
    """Speaks as llama-server does: a prompt of token ids comes in, an event for each token goes out."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def do_POST(self) -> None:
        Fake.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for content, stop in [("", False), (" a", False), (" b", False), ("", True)]:
            self.wfile.write(f"data: {json.dumps({'content': content, 'stop': stop})}\n\n".encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def fake_server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Fake) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_server_is_sent_the_same_tokens(settings: EngineSettings) -> None:
    told: list[Played] = []
    Fake.asked.clear()
    with fake_server() as port:
        play_at(told.append, settings, short(STEPS), port)
    prompts = Prompts(settings)
    wanted = [prompts.want(step) for step in short(STEPS)]
    timed = [asked["prompt"] for asked in Fake.asked if asked["n_predict"] == SHOWN_TOKENS]
    assert timed == [one.tokens for one in wanted]
    written = [asked["prompt"] for asked in Fake.asked if asked["n_predict"] == 1]
    assert written == [one.written for one in wanted if one.written]
    assert 0 < len(written) < STEPS
    assert all(asked["cache_prompt"] for asked in Fake.asked)
    assert len(told) == STEPS


def test_what_was_written_is_what_the_next_prompt_has(settings: EngineSettings) -> None:
    prompts, held = Prompts(settings), list[int]()
    for step in short(20, channels=1, rates=LINES):
        wanted = prompts.want(step)
        if not wanted.is_trimmed:
            assert wanted.tokens[: len(held)] == held
        held = wanted.written


PROGRAM = """#!{python}
import sys
sys.path.insert(0, {root!r})
from http.server import ThreadingHTTPServer
from tests.bench.test_baselines import Fake
open({arguments!r}, "w").write(" ".join(sys.argv[1:]))
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Fake).serve_forever()
"""


@pytest.mark.parametrize(
    ("play", "expected"), [(play_server, "--ctx-size 4096"), (play_tuned_server, "--parallel 3 --kv-unified")]
)
def test_a_server_is_started_and_ended(play: Any, expected: str, settings: EngineSettings, tmp_path: Path) -> None:
    program, arguments = tmp_path / "llama-server", tmp_path / "arguments"
    root = str(Path(__file__).parents[2])
    program.write_text(PROGRAM.format(python=sys.executable, root=root, arguments=str(arguments)), encoding="utf-8")
    program.chmod(0o700)
    told: list[Played] = []
    play(told.append, settings, short(2), program)
    assert len(told) == 2
    assert expected in arguments.read_text(encoding="utf-8")


def test_a_server_that_does_not_start_says_so(settings: EngineSettings) -> None:
    with pytest.raises(RuntimeError, match="does not serve"):
        play_server(lambda told: None, settings, short(1), Path("/bin/false"))
