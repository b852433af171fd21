"""What trims have shifted is read anew while nobody asks for anything."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine import healing
from engine.healing import has_battery
from engine.messages import Finished
from engine.prompt import Segment
from tests.engine.conftest import Bench, told, turn

Open = Callable[..., Bench]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(healing, "QUIET_SECONDS", 0.0)


def trim(bench: Bench, channel: str = "a") -> list[Segment]:
    """Play until a channel has been shifted, and return its turns."""
    turns = [turn(number) for number in range(1, 9)]
    while True:
        turns.append(turn(len(turns) + 20))
        _, ended = bench.play(told(*turns), channel=channel)
        turns = turns[[one.label for one in turns].index(str(ended.window_from)) :]
        if ended.figures.trimmed_after:
            return turns


def heal(bench: Bench) -> None:
    while bench.worker._loaded.healing.patience is not None:
        bench.step()


def approximate(bench: Bench) -> list[str]:
    return list(bench.worker._loaded.cache.approximate())


def test_an_idle_worker_reads_a_shifted_channel_anew(open_worker: Open) -> None:
    bench = open_worker(heal="on")
    turns = trim(bench)
    assert approximate(bench) == ["a"]
    heal(bench)
    assert approximate(bench) == []
    text, ended = bench.play(told(*turns, turn(99)))
    assert (ended.figures.read_again, ended.figures.read_head) == (0, 0)
    assert text == open_worker().play(told(*turns, turn(99)))[0]
    assert ended.occupancy.totals.healed > 200


def test_it_stays_shifted_where_healing_is_off(open_worker: Open) -> None:
    bench = open_worker(heal="off")
    trim(bench)
    assert bench.worker._loaded.healing.patience is None
    assert approximate(bench) == ["a"]


def test_a_request_ends_the_healing_and_finds_the_channel_as_it_was(open_worker: Open) -> None:
    bench, other = open_worker(heal="on"), open_worker(heal="off")
    turns = trim(bench)
    trim(other)
    expected, _ = other.play(told(*turns, turn(99)))
    bench.step()
    bench.step()
    assert 0 < bench.worker._loaded.healing.tokens < 200
    text, ended = bench.play(told(*turns, turn(99)))
    assert text == expected
    assert (ended.figures.read_again, ended.figures.read_head) == (0, 0)


def test_a_channel_is_healed_in_ram_too(open_worker: Open) -> None:
    bench = open_worker(heal="on")
    turns = trim(bench)
    bench.worker._loaded.cache.park("a")
    assert approximate(bench) == ["a"]
    heal(bench)
    text, _ = bench.play(told(*turns, turn(99)))
    assert text == open_worker().play(told(*turns, turn(99)))[0]


def test_what_was_healed_is_found_on_disk_as_any_exact_story(open_worker: Open, tmp_path: Path) -> None:
    bench = open_worker(heal="on", cache=tmp_path)
    turns = trim(bench)
    heal(bench)
    bench.worker._loaded.disk._writer.submit(lambda: None).result()
    _, ended = open_worker(cache=tmp_path).play(told(*turns, turn(99)), channel="another")
    assert isinstance(ended, Finished)
    assert ended.figures.restored > 200


@pytest.mark.parametrize("battery", [None, SimpleNamespace(percent=80)])
def test_by_itself_it_is_off_on_a_battery(open_worker: Open, monkeypatch: pytest.MonkeyPatch, battery: object) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery)
    assert has_battery() is (battery is not None)
    bench = open_worker(heal="auto")
    trim(bench)
    heal(bench)
    assert approximate(bench) == ([] if battery is None else ["a"])
