"""What trims cost in quality: the loss on what comes next, against an exact reading of the same window."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench.figures import Figure, Missing, Result, Tick
from bench.play import ask
from bench.trace import LINES, Trace, from_label
from engine import Engine, EngineSettings, Piece, Prompt, Sampling, Segment

PLAYS = Path(__file__).parents[2] / "shared" / "data" / "shakespeare.txt"
SPEECH = re.compile(r"^([^\n:]+):\n(.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
PLAYS_CHARACTERS = 200_000
SPEECH_WORDS = 100
HEAD_SPEECHES = 8
ADVANCE_SPEECHES = 6
SCORED_TOKENS = 400
"""A trim leaves a quarter of the window free, so none comes while the next speeches are scored."""
SYNTHETIC_STEPS = 200
ONE_TOKEN = Sampling(max_tokens=1, seed=1)


@dataclass(frozen=True, slots=True)
class Speech:
    """What somebody says in a play."""

    name: str
    text: str

    def cue(self) -> Segment:
        return Segment((Piece("<|im_end|>\n<|im_start|>user\n", markup=True), Piece(f"{self.name}:")))

    def turn(self, number: int) -> Segment:
        return Segment((*self.cue().pieces, Piece(self.text)), label=f"{number}", pinned=number <= HEAD_SPEECHES)


async def trims(settings: EngineSettings, wanted: int, tick: Tick) -> AsyncIterator[Result]:
    """Let a play run through the window until it was trimmed so often, and score how it goes on."""
    speeches = _speeches()
    story = [speech.turn(number) for number, speech in enumerate(speeches, start=1)]
    oldest, done, at = None, -1, 0
    async with Engine.open(settings) as engine:
        while done < wanted:
            at += ADVANCE_SPEECHES
            if at >= len(speeches):
                yield Missing("trim_nll_delta", "the text is too short for so many trims")
                return
            prompt = from_label(Prompt(tuple(story[:at]), speeches[at].cue()), oldest)
            reply = await ask(engine, "shifted", prompt, ONE_TOKEN)
            done += reply.window_from != oldest
            oldest = reply.window_from
            tick("trims of a play", max(done, 0), wanted)
        shifted, exact = await _losses(engine, story[:at], speeches[at:], oldest)
    yield Figure("trim_nll_delta", shifted / exact - 1)


async def _losses(
    engine: Engine, story: Sequence[Segment], coming: Sequence[Speech], oldest: str | None
) -> tuple[float, float]:
    """Return the mean loss on the coming speeches behind the trimmed cache, and behind a new reading of its window."""
    losses: dict[str, list[float]] = {"shifted": [], "exact": []}
    at = len(story)
    for speech in coming:
        prompt = from_label(Prompt(tuple(story), speech.cue()), oldest)
        for channel, found in losses.items():
            (scores,) = (await engine.score(channel, prompt, [speech.text])).candidates
            found += [-score for score in scores]
        at += 1
        story = (*story, speech.turn(at))
        if len(losses["exact"]) >= SCORED_TOKENS:
            break
    return mean(losses["shifted"]), mean(losses["exact"])


def _speeches() -> list[Speech]:
    """Return the speeches of the plays where they are at hand, else synthetic ones."""
    if PLAYS.is_file():
        text = PLAYS.read_text(encoding="utf-8")[:PLAYS_CHARACTERS]
        return [_speech(name, said) for name, said in SPEECH.findall(text)]
    *_, last = Trace(0, 1, SYNTHETIC_STEPS, LINES)
    turns = (segment.pieces for segment in last.prompt.story if not segment.pinned)
    return [_speech(name.text.rstrip(":"), said.text) for _, name, said in turns]


def _speech(name: str, said: str) -> Speech:
    return Speech(name, "".join(f" {word}" for word in said.split()[:SPEECH_WORDS]))
