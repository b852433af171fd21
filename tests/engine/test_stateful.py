"""Random operations on a worker, each reply held against a naive rebuild of what it was to have read.

More of it: `make test ARGS='--hypothesis-profile=thorough --timeout=0 tests/engine/test_stateful.py'`.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from multiprocessing import Pipe
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import llama_cpp
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from engine import Capability, EngineError, EngineSettings, Piece, Prompt, Sampling, Segment
from engine.ledger import Held
from engine.llama.batch import Chunk
from engine.llama.memory import NoRoom
from engine.messages import Cancel, Failed, Finished, Request
from engine.worker import Worker
from tests.engine.conftest import CUE, Bench, segment
from tests.engine.naive import Naive, Watch
from tests.tiny_gguf import WORDS, Architecture, write_tiny_model

WINDOW = 256
BEFORE = 9
"""Turns with which each story begins, so that windows fill soon."""
MOST_PENDING = 6
MOST_STEPS = 500
Tail = tuple[Segment, ...]
HEADS = (
    segment("system", "Mira, the pilot.", label="card", pinned=True),
    segment("system", "Tolly, with her lamp.", label="other card", pinned=True),
)
NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=6).map(" ".join)
LINES = TEXTS.map(lambda text: segment("user", f"A: {text}"))
PAIRS = tuple(f"{one}{other}" for one in "nst" for other in "abcdeilmnoprst ")
"""Banned, they are often caught when their first half has been read already."""
SAMPLINGS = st.sampled_from(
    [
        Sampling(seed=1, max_tokens=1),
        Sampling(seed=1, max_tokens=5),
        Sampling(temperature=0, max_tokens=10),
        Sampling(temperature=0, max_tokens=10, stop=("e",)),
        Sampling(seed=2, max_tokens=10, banned_strings=PAIRS),
        Sampling(seed=3, max_tokens=80, banned_strings=PAIRS),
    ]
)
CHANGES = st.sampled_from(["say", "say", "say", "newcomer", "edit", "delete", "delete"])
SUGGESTION = Sampling(temperature=0, max_tokens=15)
KEEPS = st.sampled_from(["canonical", "canonical", "other", ""])
RARELY = st.sampled_from([False, False, False, True])
TAIL = (segment("system", "Now the narrator speaks."),)
TAILS = st.sampled_from([(), TAIL])
CANDIDATES = ("Tolly said", "Mira said", WORDS[:70])


class Inline(Executor):
    """Writes to disk at once, so that the same operations always find the same pieces."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = Future[Any]()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass
class Story:
    """What the people of one channel have said, and under which head."""

    head: Segment
    turns: list[Segment] = field(default_factory=list[Segment])

    def prompt(self, tail: Tail, label: str = "") -> Prompt:
        return Prompt((self.head, *self.turns), replace(CUE, label=label), tail)

    def keep_from(self, label: str | None) -> None:
        """Forget what has left the window, as the store does."""
        labels = [turn.label for turn in self.turns]
        if label in labels:
            first = labels.index(label)
            self.turns = [turn for place, turn in enumerate(self.turns) if turn.pinned or place >= first]


@dataclass
class Asked:
    """A request under way, where in its story the reply belongs, and what becomes of it there."""

    request: Request
    place: int
    keep: str
    expected: EngineError | None


class Play(RuleBasedStateMachine):
    """Some channels of one worker; `naive` knows the truth."""

    def __init__(self, model: Path, naive: Naive) -> None:
        super().__init__()
        self.model, self.naive = model, naive
        self.folder = TemporaryDirectory()
        self.labels = self.ids = 0
        self.stories: dict[str, Story] = {}
        self.asked: dict[int, Asked] = {}
        self.patches = pytest.MonkeyPatch()
        self.patches.setattr("os.fsync", lambda file: None)
        self.patches.setattr("engine.healing.QUIET_SECONDS", 0.0)
        self.patches.setattr("engine.committing.QUIET_SECONDS", 0.0)
        self.watch = Watch(self.patches)
        self.open()

    def open(self) -> None:
        here, there = Pipe()
        worker = Worker(
            there,
            EngineSettings(
                model=self.model,
                window=WINDOW,
                parallel=2,
                threads=1,
                batch=64,
                ram_megabytes=1,
                disk_megabytes=100,
                cache=Path(self.folder.name),
                heal="on",
            ),
        )
        worker._loaded.disk._writer = Inline()  # type: ignore[assignment]
        self.watch.worker = worker
        self.bench = Bench(worker, here)

    # what people do

    def story(self, name: str) -> Story:
        if name not in self.stories:
            before = [segment("user", f"A: {name} {number}", label=f"{name}{number}") for number in range(BEFORE)]
            self.stories[name] = Story(HEADS[name == "c"], before)
        return self.stories[name]

    def labelled(self, line: Segment, *, pinned: bool = False) -> Segment:
        self.labels += 1
        return Segment(line.pieces, f"{self.labels}", pinned)

    @rule(name=NAMES, line=LINES, place=st.integers(0, 9), how=CHANGES)
    def change(self, name: str, line: Segment, place: int, how: str) -> None:
        turns = self.story(name).turns
        if how == "say" or not turns:
            turns.append(self.labelled(line))
        elif how == "newcomer":
            turns.append(self.labelled(line, pinned=True))
        elif how == "edit":
            turns[-1 - place % len(turns)] = self.labelled(line)
        else:
            del turns[-1 - place % len(turns)]

    @rule(name=NAMES, line=LINES, sampling=SAMPLINGS, exact=RARELY, keep=KEEPS)
    def exchange(self, name: str, line: Segment, sampling: Sampling, exact: bool, keep: str) -> None:
        self.change(name, line, 0, "say")
        self.ask(name, sampling, exact=exact, keep=keep)
        self.finish()

    @rule(name=NAMES, sampling=SAMPLINGS, exact=RARELY, keep=KEEPS, tail=TAILS)
    def reply(self, name: str, sampling: Sampling, exact: bool, keep: str, tail: Tail) -> None:
        self.ask(name, sampling, exact=exact, keep=keep, tail=tail)

    @rule(name=NAMES, line=LINES, sampling=SAMPLINGS, keep=KEEPS, count=st.integers(0, 5))
    def tell(self, name: str, line: Segment, sampling: Sampling, keep: str, count: int) -> None:
        """Let a reply be written behind a tail, and some of it be read while nobody asks for anything."""
        self.change(name, line, 0, "say")
        self.ask(name, sampling, keep=keep, tail=TAIL)
        self.finish()
        self.idle(count)

    @rule(name=NAMES, sampling=SAMPLINGS, exact=RARELY, times=st.integers(1, 3))
    def suggest(self, name: str, sampling: Sampling, exact: bool, times: int) -> None:
        for _ in range(times):
            self.ask(name, sampling, exact=exact, tail=TAIL)

    @rule(name=NAMES, line=LINES, place=st.integers(0, 9), how=CHANGES, exact=RARELY, keep=KEEPS)
    def talk_over(self, name: str, line: Segment, place: int, how: str, exact: bool, keep: str) -> None:
        """Go on with a story, or change it, while a suggestion for it is being written."""
        self.ask(name, SUGGESTION, tail=TAIL)
        self.steps(9)
        for _ in range(3):
            self.change(name, line, place, how)
        self.ask(name, SUGGESTION, exact=exact, keep=keep)

    @rule(name=NAMES, other=NAMES)
    def branch(self, name: str, other: str) -> None:
        self.stories[other] = replace(self.story(name), turns=list(self.story(name).turns))

    @rule(name=NAMES, exact=RARELY)
    def score(self, name: str, exact: bool) -> None:
        self.ask(name, Sampling(max_tokens=1), exact=exact, candidates=CANDIDATES)

    @rule(name=NAMES, text=TEXTS, back=st.integers(0, 4), exact=RARELY, tail=TAILS)
    def explain(self, name: str, text: str, back: int, exact: bool, tail: Tail) -> None:
        """Explain a text as it would have stood some turns before the end, and leave the channel as it was."""
        now = self.story(name).turns
        self.story(name).turns = now[: max(0, len(now) - back)]
        self.ask(name, Sampling(max_tokens=1), exact=exact, tail=tail, explained=text, rivals=2)
        self.story(name).turns = now

    def ask(self, name: str, sampling: Sampling, *, keep: str = "", tail: Tail = (), **how: Any) -> None:
        """Put a request in line; `keep` is what becomes of its reply."""
        self.ids += 1
        label = f"reply {self.ids}" if keep else ""
        request = Request(self.ids, name, self.story(name).prompt(tail, label), sampling, **how)
        expected = None
        try:
            self.bench.worker._loaded.jobs.read(request)
        except EngineError as error:
            expected = error
        self.asked[request.id] = Asked(request, len(self.story(name).turns), keep, expected)
        self.bench.tell(request)
        if len(self.asked) > MOST_PENDING:
            self.finish()

    @precondition(lambda self: self.asked)
    @rule(place=st.integers(0, 20))
    def cancel(self, place: int) -> None:
        self.bench.tell(Cancel(list(self.asked)[place % len(self.asked)]))
        self.steps(1)

    @precondition(lambda self: self.asked)
    @rule(count=st.integers(1, 9))
    def steps(self, count: int) -> None:
        for _ in range(count):
            if self.asked:
                self.bench.step()
                self.take()

    @precondition(lambda self: self.asked)
    @rule()
    def finish(self) -> None:
        for _ in range(MOST_STEPS):
            self.steps(1)
            if not self.asked:
                return
        assert not self.asked, "a request is never served"

    def take(self) -> None:
        """Do with what has ended what a client does."""
        for event in self.bench.events:
            if isinstance(event, Finished | Failed) and event.id in self.asked:
                self.end(self.asked.pop(event.id), event)
        self.bench.events = [event for event in self.bench.events if event.id in self.asked]  # type: ignore[union-attr]

    def end(self, asked: Asked, event: Finished | Failed) -> None:
        self.naive.compare(self.watch.seen.pop(event.id, {}))
        if isinstance(event, Failed):
            assert type(event.error) is type(asked.expected), event.error
            return
        request = asked.request
        story = self.story(request.channel)
        if asked.keep:
            text = self.bench.text(request.id) + (" then" if asked.keep == "other" else "")
            turn = self.labelled(Segment((*CUE.pieces, Piece(text))))
            story.turns.insert(asked.place, turn)
        story.keep_from(event.window_from)

    # what happens to the machine

    @property
    def healed(self) -> set[Held]:
        healing = self.bench.worker._loaded.healing
        return {healing._held} if healing._held else set()

    @property
    def busy(self) -> set[str]:
        return {job.request.channel for job in self.bench.worker._running}

    @rule(count=st.integers(1, 9))
    def idle(self, count: int) -> None:
        """Let the worker do what it does while nobody asks for anything."""
        for _ in range(count):
            if not self.asked and self.bench.worker._loaded.idle.patience is not None:
                self.bench.step()

    @rule(name=NAMES, how=st.sampled_from(["park", "lose ram", "restart"]))
    def move(self, name: str, how: str) -> None:
        worker = self.bench.worker
        worker._loaded.idle.abandon()
        if how == "restart":
            self.asked.clear()
            self.close()
            self.open()
        elif how == "lose ram":
            for parked in list(worker._loaded.ram._parked):
                worker._loaded.ram.take(parked)
        elif name in worker._loaded.cache.held() and name not in self.busy:
            worker._loaded.cache.park(name)

    @rule(place=st.integers(0, 99), how=st.sampled_from(["flip", "cut", "empty", "lose", "swap"]))
    def damage(self, place: int, how: str) -> None:
        files = sorted(Path(self.folder.name).iterdir())
        if not files:
            return
        file, other = files[place % len(files)], files[place // 2 % len(files)]
        data = file.read_bytes()
        middle = len(data) // 2
        if how == "lose":
            file.unlink()
        elif how == "swap":
            file.write_bytes(other.read_bytes())
            other.write_bytes(data)
        elif data:
            flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
            file.write_bytes({"flip": flipped, "cut": data[:middle], "empty": b""}[how])

    @rule()
    def look(self) -> None:
        """Compare what idle channels hold."""
        cache = self.bench.worker._loaded.cache
        for name, length in cache.held().items():
            if name not in self.busy and length and cache.make_room(1, sequences=1, busy={*self.busy, *cache.held()}):
                held = cache._ledger._channels[name]
                tokens = (*(token for span in held.spans for token in span.tokens), 50)
                ((row,),) = cache.look_ahead(held, [tokens[-1:]])
                self.naive.compare({tokens: (row, held.approximate_from is not None)})

    # what must always be so

    @invariant()
    def the_account_is_right(self) -> None:
        memory, ledger = self.bench.worker._loaded.memory, self.bench.worker._loaded.cache._ledger
        lengths = {held.sequence: held.length for held in ledger}
        assert len(lengths) == len(list(ledger))
        assert sorted([*lengths, *ledger._free]) == list(range(memory.sequences))
        for sequence in range(memory.sequences + 1):
            most = llama_cpp.llama_memory_seq_pos_max(memory._memory, sequence)
            assert most + 1 == lengths.get(sequence, 0)
            if most >= 0 and not memory.model.rewrites_state:
                assert llama_cpp.llama_memory_seq_pos_min(memory._memory, sequence) == 0

    @invariant()
    def nobody_who_has_gone_left_a_fork(self) -> None:
        forks = {job.held for job in self.bench.worker._running if job.is_fork} | self.healed
        assert set(self.bench.worker._loaded.cache._ledger._forks) == forks

    def close(self) -> None:
        for job in self.bench.worker._running:
            job.writing.close()
        self.bench.worker.close()

    def teardown(self) -> None:
        try:
            self.finish()
            self.look()
            self.no_cell_is_lost()
        finally:
            self.close()
            self.patches.undo()
            self.folder.cleanup()

    def no_cell_is_lost(self) -> None:
        """Fill what is free, token by token."""
        cache, memory = self.bench.worker._loaded.cache, self.bench.worker._loaded.memory
        if cache.capability is not Capability.SURGERY:
            return
        free, sequence = memory.cells - cache.cells_used, cache._ledger._free[0]
        for start in range(0, free, 64):
            count = min(64, free - start)
            memory.decode([Chunk(sequence, start, [50] * count, draws=0)])
        with pytest.raises(NoRoom):
            memory.decode([Chunk(sequence, free, [50], draws=0)])


@pytest.fixture
def naive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Naive]]:
    architecture: Architecture = request.param
    model = write_tiny_model(tmp_path / "tiny.gguf", architecture=architecture)
    os.utime(model, (0, 0))
    opened = Naive(model, cells=2 * WINDOW)
    yield model, opened
    opened.close()


@pytest.mark.parametrize("naive", ["llama", "rwkv7", "lfm2"], indirect=True)
def test_whatever_happens_a_cache_is_as_good_as_a_new_reading(naive: tuple[Path, Naive]) -> None:
    machine = cast(type[RuleBasedStateMachine], lambda: Play(*naive))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, settings().max_examples // 12),
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
