"""Finds out which chat format a model speaks, by what its own template makes of a conversation.

Only unique words are said in that conversation: what stands between them is markup. It knows no Jinja; the template
is rendered by `sandbox`, in a process of its own.
"""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.roleplay.reasoning import THOUGHTS
from bot.roleplay.templates import FORMATS, PLAIN, Block, FormatChoice, Role, Template, alternating
from engine import ModelInfo

SANDBOX = Path(__file__).with_name("sandbox.py")
TEMPLATE_CHARACTERS = 100_000
MARKUP_CHARACTERS = 8_000
COMPUTE_SECONDS = 2.0
WAIT_SECONDS = 20.0

TURNS = (Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.USER)
WITH_HEAD = (Role.SYSTEM, *TURNS)

logger = logging.getLogger(__name__)


class UnusableTemplate(Exception):
    """A model's own template shows no chat format."""


@dataclass(frozen=True, slots=True)
class Found:
    """A chat format, and how it was found."""

    template: Template
    how: str


class Formats:
    """The chat formats of the models that are loaded, one after another; `setting` may name one for all of them."""

    def __init__(self, setting: FormatChoice) -> None:
        self._setting: FormatChoice = setting
        self._known: tuple[ModelInfo, Template] | None = None

    async def of(self, info: ModelInfo) -> Template:
        """Return a model's chat format. It is found out, and logged, where the model is another than before."""
        if self._known is None or self._known[0] != info:
            found = await asyncio.to_thread(find, info, self._setting)
            logger.info("chat format of %s: %s, %s", info.name, found.template.name, found.how)
            self._known = info, found.template
        return self._known[1]


def find(info: ModelInfo, setting: FormatChoice = "auto") -> Found:
    """Find out a model's chat format: the one that is set, one that is known, or what its own template shows.

    Plain names are for models whose template shows nothing.
    """
    if setting != "auto":
        return Found(FORMATS[setting], "as set in play.template")
    if not info.chat_template:
        return Found(PLAIN, "for the model brings no template of its own")
    try:
        return _found(info.chat_template, info.bos, info.eos, adds_bos=info.adds_bos)
    except UnusableTemplate as error:
        return Found(PLAIN, f"for the model's own template cannot be used: {error}")


@dataclass(frozen=True, slots=True)
class Probe:
    """A conversation, each of its beginnings as a template renders it, and all of it with what opens an answer.

    What the template refuses is an empty text.
    """

    roles: tuple[Role, ...]
    beginnings: tuple[str, ...]
    whole: str

    @property
    def is_stable(self) -> bool:
        """Whether what was rendered stays as it was when more is said."""
        ends = [_up_to(text, _word(n, self.roles[n])) for n, text in enumerate(self.beginnings)]
        return all(more.startswith(fewer) for fewer, more in pairwise(ends))

    def derive(self) -> Template | None:
        """Make a format of what stands between the words; None where words are lost, or markup depends on more."""
        gaps = _gaps(self.whole, [_word(n, role) for n, role in enumerate(self.roles)])
        if gaps is None or sum(map(len, gaps)) > MARKUP_CHARACTERS:
            return None
        opening, *head, answer, line, next_answer, next_line, cue = gaps
        if (answer, line) != (next_answer, next_line):
            return None
        answer = _without_thought(answer, cue)
        if head:
            return alternating("derived", "", answer=answer, line=line, head=opening, behind_head=head[0])
        return alternating("derived", opening, answer=answer, line=line)

    def recognise(self, derived: Template) -> Template | None:
        """Return the known format that separates the blocks of this conversation as a derived one does."""
        wanted = self._seams(derived)
        return next((known for known in FORMATS.values() if self._seams(known) == wanted), None)

    def _seams(self, template: Template) -> list[str]:
        return [segment.text for segment in template.render(Block(role, "") for role in self.roles)][1:]


@lru_cache(maxsize=8)
def _found(source: str, bos: str, eos: str, *, adds_bos: bool) -> Found:
    probes = _probes(source, bos, eos)
    shown = [(probe, derived) for probe in probes if (derived := probe.derive())]
    if not shown:
        raise UnusableTemplate("what is said does not come back from it in order")
    known = next((known for probe, derived in shown if (known := probe.recognise(derived))), None)
    template = known or shown[0][1]
    if bos and shown[0][0].whole.startswith(bos):
        template = _begun(template, bos, adds_bos=adds_bos)
    origin = "recognised in" if known else "derived from"
    turns = "keeps earlier turns as they are" if shown[0][0].is_stable else "would rewrite earlier turns"
    return Found(template, f"{origin} the model's own template, which {turns}")


def _probes(source: str, bos: str, eos: str) -> list[Probe]:
    """Render every beginning of two conversations, one of them without a system text. Raises UnusableTemplate."""
    conversations = [WITH_HEAD, TURNS]
    asked = [(roles[:n], False) for roles in conversations for n in range(1, len(roles) + 1)]
    asked += [(roles, True) for roles in conversations]
    texts = _rendered(source, asked, {"bos_token": bos, "eos_token": eos, "enable_thinking": False, "tools": None})
    *beginnings, with_head, turns = texts
    return [
        Probe(WITH_HEAD, tuple(beginnings[: len(WITH_HEAD)]), with_head),
        Probe(TURNS, tuple(beginnings[len(WITH_HEAD) :]), turns),
    ]


def _rendered(source: str, asked: Sequence[tuple[Sequence[Role], bool]], variables: Mapping[str, Any]) -> list[str]:
    """Render conversations, some with what opens an answer; an empty text for each that the template refuses."""
    if len(source) > TEMPLATE_CHARACTERS:
        raise UnusableTemplate(f"it is longer than {TEMPLATE_CHARACTERS} characters")
    conversations = [
        {
            "messages": [{"role": role, "content": _word(n, role)} for n, role in enumerate(roles)],
            "add_generation_prompt": is_asking,
        }
        for roles, is_asking in asked
    ]
    task = {"template": source, "variables": variables, "conversations": conversations, "seconds": COMPUTE_SECONDS}
    try:
        # -P: nothing is imported from the script's own folder.
        done = subprocess.run(
            [sys.executable, "-P", str(SANDBOX)],
            input=json.dumps(task).encode(),
            capture_output=True,
            timeout=WAIT_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise UnusableTemplate("it takes too long") from error
    except (OSError, subprocess.CalledProcessError) as error:
        raise UnusableTemplate("it takes too long or too much memory") from error
    results = json.loads(done.stdout)
    if all("fault" in result for result in results):
        raise UnusableTemplate(json.dumps(results[0]["fault"]))
    return [result.get("text", "") for result in results]


def _word(place: int, role: Role) -> str:
    return f"Zq{place}{role}qZ"


def _up_to(text: str, word: str) -> str:
    before, found, _ = text.partition(word)
    return before + found


def _gaps(text: str, words: Sequence[str]) -> list[str] | None:
    """Return what stands before, between and behind words; None unless each is there once, in this order."""
    if any(text.count(word) != 1 for word in words):
        return None
    gaps: list[str] = []
    for word in words:
        before, found, text = text.partition(word)
        if not found:
            return None
        gaps.append(before)
    return [*gaps, text]


def _without_thought(answer: str, cue: str) -> str:
    """Return what opens an answer: with the empty thought that stands there for a new one, closed where it is open."""
    thought = cue.removeprefix(answer) if cue.startswith(answer) else ""
    if any(closing in thought for closing in THOUGHTS.values()):
        return cue
    for opening, closing in THOUGHTS.items():
        if opening in thought:
            return f"{cue.rstrip()}\n\n{closing}\n\n"
    return answer


def _begun(template: Template, bos: str, *, adds_bos: bool) -> Template:
    """Let a story begin with this token once: as markup, or because the engine puts it there."""
    front = "" if adds_bos else bos
    markup = {seam: text if seam[0] else front + text.removeprefix(bos) for seam, text in template.markup.items()}
    return template if markup == template.markup else replace(template, markup=markup)
