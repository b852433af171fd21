"""A worker driven step by step in the test's own process, and prompts in the tiny model's markup."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import Pipe
from pathlib import Path

import pytest

from engine import EngineSettings, Piece, Prompt, Sampling, Segment
from engine.messages import Event, Failed, Finished, Order, Request, Text
from engine.worker import Worker

GREEDY = Sampling(temperature=0, repeat_penalty=1.0, max_tokens=12)


def segment(role: str, text: str, *, label: str = "", pinned: bool = False) -> Segment:
    return Segment((Piece(f"<|im_end|>\n<|im_start|>{role}\n", markup=True), Piece(text)), label, pinned)


HEAD = segment("system", "Mira is the pilot of a ferry. She counts lamps.", label="card", pinned=True)
CUE = segment("assistant", "Mira:")


def turn(number: int, text: str = "") -> Segment:
    return segment(
        "user", text or f"Anna: This is line {number}, and the tide is {number * 7} high.", label=str(number)
    )


def told(*turns: Segment, tail: tuple[Segment, ...] = ()) -> Prompt:
    return Prompt(story=(HEAD, *turns), cue=CUE, tail=tail)


@dataclass
class Bench:
    """The other end of a worker's pipe."""

    worker: Worker
    pipe: object
    events: list[Event] = field(default_factory=list[Event])
    ids: int = 0

    def tell(self, *orders: Order) -> None:
        for order in orders:
            self.pipe.send(order)  # type: ignore[attr-defined]

    def request(self, prompt: Prompt, sampling: Sampling = GREEDY, channel: str = "a") -> int:
        self.ids += 1
        self.tell(Request(self.ids, channel, prompt, sampling))
        return self.ids

    def step(self) -> None:
        self.worker.step()
        while self.pipe.poll(0):  # type: ignore[attr-defined]
            self.events += self.pipe.recv()  # type: ignore[attr-defined]
        self.check()

    def check(self) -> None:
        """The ledger's account is what llama.cpp says."""
        for held in self.worker._loaded.cache._ledger:
            assert self.worker._loaded.memory.length(held.sequence) == held.length

    def ended(self, id: int) -> Finished | Failed | None:
        found = [one for one in self.events if isinstance(one, Finished | Failed) and one.id == id]
        return found[0] if found else None

    def text(self, id: int) -> str:
        return "".join(one.text for one in self.events if isinstance(one, Text) and one.id == id)

    def play(self, prompt: Prompt, sampling: Sampling = GREEDY, channel: str = "a") -> tuple[str, Finished]:
        """Carry a request out and return what it wrote."""
        id = self.request(prompt, sampling, channel)
        while not (ended := self.ended(id)):
            self.step()
        assert isinstance(ended, Finished), ended
        return self.text(id), ended


@pytest.fixture
def open_worker(tiny_model: Path) -> Iterator[Callable[..., Bench]]:
    opened: list[Worker] = []

    def open_one(model: Path = tiny_model, **settings: object) -> Bench:
        here, there = Pipe()
        defaults: dict[str, object] = {"window": 512, "parallel": 2, "threads": 1, "heal": "off"}
        opened.append(Worker(there, EngineSettings(model=model, **{**defaults, **settings})))  # type: ignore[arg-type]
        return Bench(opened[-1], here)

    yield open_one
    for worker in opened:
        worker.close()


@pytest.fixture
def bench(open_worker: Callable[..., Bench]) -> Bench:
    return open_worker()
