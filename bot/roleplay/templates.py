"""How a model was taught to see turns: one block at a time, so that what was read stays read.

The markup that closes a block stands at the start of the next one. So a reply, as it was sampled behind its cue, is
already the turn that the next prompt asks for. It knows no model: `detection` finds out which format one speaks.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from engine import Piece, Segment


class Role(StrEnum):
    """Whose block it is, in the words of chat templates."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


SYSTEM, USER, ASSISTANT = Role.SYSTEM, Role.USER, Role.ASSISTANT

FormatName = Literal[
    "chatml",
    "qwen",
    "llama3",
    "mistral-v1",
    "mistral-v3",
    "mistral-v3-tekken",
    "mistral-v7",
    "mistral-v7-tekken",
    "gemma",
    "phi3",
    "phi4",
    "phi4-mini",
    "plain",
]

FormatChoice = Literal["auto", FormatName]

Markup = Mapping[tuple[Role | None, Role], str]
"""What stands between a block of one role, None at the start, and a block of another."""

JOINT = "\n\n"
NO_THOUGHT = "<think>\n\n</think>\n\n"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the prompt. `header` and `text` are what people or cards wrote: they never become markup.

    One that may not lead leaves the window together with what stands before it. Where it `goes_on` with the block in
    front of it, which has its role, no markup stands between them. One that is `apart` shares no message with what a
    trim may leave in front of it.
    """

    role: Role
    text: str
    header: str = ""
    label: str = ""
    pinned: bool = False
    may_lead: bool = True
    goes_on: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A chat format. A system block for which there is no markup is the user's.

    Where it `alternates`, blocks of one role in a row share one, and a user's must stand behind the head. So after a
    trim only what followed a block of the user's fits there: the head then ends like that.
    """

    name: str
    markup: Markup
    alternates: bool = False

    def render(self, blocks: Iterable[Block]) -> Iterator[Segment]:
        """Render blocks one at a time, each depending on the role before it and on nothing else."""
        previous: Role | None = None
        for block in blocks:
            if block.goes_on:
                yield Segment((Piece(block.text),), block.label, block.pinned)
                continue
            behind = USER if block.apart and previous is SYSTEM and not self.alternates else previous
            role = block.role if (behind, block.role) in self.markup else USER
            pieces = _pieces(self.markup[behind, role], [text for text in (block.header, block.text) if text])
            may_lead = block.may_lead and not (self.alternates and previous is ASSISTANT)
            yield Segment(pieces, block.label, block.pinned, may_lead)
            previous = role


def _pieces(markup: str, texts: list[str]) -> tuple[Piece, ...]:
    """Let a space that ends the markup begin the text: most vocabularies have words with a space in front of them."""
    if texts and markup.endswith(" "):
        markup, texts = markup[:-1], [f" {texts[0]}", *texts[1:]]
    return (Piece(markup, markup=True), *map(Piece, texts))


def free(name: str, opening: str, closing: str, *, thought: str = "") -> Template:
    """Make a format in which any role may follow any other.

    `opening` begins a block, with its role for `{}`, `closing` ends it, and `thought` stands in front of an answer.
    """
    openings = {role: opening.format(role) for role in Role}
    openings[ASSISTANT] += thought
    markup: dict[tuple[Role | None, Role], str] = {(None, role): begin for role, begin in openings.items()}
    markup |= {(previous, role): closing + begin for previous in Role for role, begin in openings.items()}
    return Template(name, markup | {(SYSTEM, SYSTEM): JOINT})


def alternating(
    name: str, opening: str, *, answer: str, line: str, head: str | None = None, behind_head: str = ""
) -> Template:
    """Make a format of a user's and an assistant's blocks in turn.

    `opening` begins the first block of the user's, `answer` stands between that and the assistant's, `line` in front
    of the user's next one. `head` begins a system block in front of all, where there can be one, and `behind_head`
    ends it and begins the user's block.
    """
    markup: dict[tuple[Role | None, Role], str] = {
        (None, USER): opening,
        (None, ASSISTANT): opening + answer,
        (USER, USER): JOINT,
        (USER, ASSISTANT): answer,
        (ASSISTANT, ASSISTANT): JOINT,
        (ASSISTANT, USER): line,
    }
    if head is not None:
        markup |= {
            (None, SYSTEM): head,
            (SYSTEM, SYSTEM): JOINT,
            (SYSTEM, USER): behind_head,
            (SYSTEM, ASSISTANT): behind_head + answer,
        }
    return Template(name, markup, alternates=True)


def _mistral(name: str, *, space: str, before: str = "") -> Template:
    return alternating(
        name, f"{before}[INST]{space}", answer=f"{before}[/INST]{space}", line=f"</s>{before}[INST]{space}"
    )


def _mistral_with_system(name: str, *, space: str) -> Template:
    return alternating(
        name,
        f"[INST]{space}",
        answer=f"[/INST]{space}",
        line=f"</s>[INST]{space}",
        head=f"[SYSTEM_PROMPT]{space}",
        behind_head=f"[/SYSTEM_PROMPT][INST]{space}",
    )


CHATML = free("chatml", "<|im_start|>{}\n", "<|im_end|>\n")
QWEN = free("qwen", "<|im_start|>{}\n", "<|im_end|>\n", thought=NO_THOUGHT)
LLAMA3 = free("llama3", "<|start_header_id|>{}<|end_header_id|>\n\n", "<|eot_id|>")
GEMMA = alternating(
    "gemma",
    "<start_of_turn>user\n",
    answer="<end_of_turn>\n<start_of_turn>model\n",
    line="<end_of_turn>\n<start_of_turn>user\n",
)
PLAIN = free("plain", "", JOINT)

FORMATS: dict[FormatName, Template] = {
    "chatml": CHATML,
    "qwen": QWEN,
    "llama3": LLAMA3,
    "mistral-v1": _mistral("mistral-v1", space=" ", before=" "),
    "mistral-v3": _mistral("mistral-v3", space=" "),
    "mistral-v3-tekken": _mistral("mistral-v3-tekken", space=""),
    "mistral-v7": _mistral_with_system("mistral-v7", space=" "),
    "mistral-v7-tekken": _mistral_with_system("mistral-v7-tekken", space=""),
    "gemma": GEMMA,
    "phi3": free("phi3", "<|{}|>\n", "<|end|>\n"),
    "phi4": free("phi4", "<|im_start|>{}<|im_sep|>", "<|im_end|>"),
    "phi4-mini": free("phi4-mini", "<|{}|>", "<|end|>"),
    "plain": PLAIN,
}
