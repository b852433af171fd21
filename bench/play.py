"""A trace played by our engine, and what every client that plays it has in common."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from bench.trace import Step, Trace, from_label
from engine import Engine, Figures, Piece, Prompt, Sampling
from engine.committing import QUIET_SECONDS

REPLY = Sampling(max_tokens=250, seed=1)
"""Room for the longest reply of a trace. The draws differ from client to client: what is kept is the trace's text."""

SHOWN_TOKENS = 2
"""A reply is stopped after so many, so that hundreds of turns take minutes.

The trace's own text takes its place, and is read behind the prompt without being timed: a client then holds what it
would hold if it had written that.
"""

PAUSE_SECONDS = 0.5
"""Between a reply and the next request, from a player a very short one: whoever tidies up after replies does it there.
`Llama` does nothing by itself, and is not waited for."""

BREATH_SECONDS = 0.05
"""The same in a story of hundreds of turns, so that it takes minutes: time for a trim, and for nothing else."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a step has cost another client: seconds to the first token, and whether turns have left the window."""

    ttft_s: float
    is_trimmed: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of our engine: when its pieces came (seconds of a monotonic clock), and what the engine says of it.

    `is_trimmed` tells that turns have left the window since the channel's last reply.
    """

    asked: float
    came: list[float]
    figures: Figures
    window_from: str | None
    is_trimmed: bool = False

    @property
    def ttft_s(self) -> float:
        return (self.came[0] if self.came else time.monotonic()) - self.asked


async def ask(engine: Engine, channel: str, prompt: Prompt, sampling: Sampling, *, most: int = 0) -> Reply:
    """Let a channel go on behind a prompt; stop it after `most` pieces of text, unless that is 0."""
    asked = time.monotonic()
    came: list[float] = []
    async with engine.stream(channel, prompt, sampling) as stream:
        async for _ in stream:
            came.append(time.monotonic())
            if len(came) == most:
                stream.stop()
    assert stream.finished
    return Reply(asked, came, stream.finished.figures, stream.finished.window_from)


async def play(engine: Engine, trace: Trace, *, pause: float) -> AsyncIterator[tuple[Step, Reply, Figures]]:
    """Play a trace, one step after the other, with pauses of so many seconds.

    With each reply comes what it cost to put the trace's text in its place. Where the engine has time to read replies
    into their channels, that is so behind a tail too: it is to read there what the next prompt wants.
    """
    oldest: dict[str, str | None] = {}
    for step in trace:
        before = oldest.get(step.channel)
        reply = await ask(engine, step.channel, from_label(step.prompt, before), REPLY, most=SHOWN_TOKENS)
        oldest[step.channel] = reply.window_from
        replaced = Figures()
        if said := step.said if pause > QUIET_SECONDS else step.stays:
            written = await _as_if_written(engine, step, said, reply.window_from)
            oldest[step.channel] = written.window_from
            replaced = written.figures
        yield step, replace(reply, is_trimmed=before not in (None, oldest[step.channel])), replaced
        await asyncio.sleep(pause)


async def _as_if_written(engine: Engine, step: Step, said: Piece, oldest: str | None) -> Reply:
    """Let a channel read an answer that it shall have written, in no more room than it had for that."""
    cue = replace(step.prompt.cue, pieces=(*step.prompt.cue.pieces, said))
    left = replace(REPLY, max_tokens=max(1, REPLY.max_tokens - len(said.text.split())))
    return await ask(engine, step.channel, from_label(replace(step.prompt, cue=cue), oldest), left, most=1)
