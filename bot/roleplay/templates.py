"""How a model was taught to see turns: one block at a time, so that what was read stays read.

The markup that closes a block stands at the start of the next one. So a reply, as it was sampled behind its cue, is
already the turn that the next prompt asks for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine import Piece, Segment


class Role(StrEnum):
    """Whose block it is, in the words of chat templates."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the prompt. `header` and `text` are what people or cards wrote: they never become markup."""

    role: Role
    text: str
    header: str = ""
    label: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A chat format: what opens a block of each role, and what closes any block."""

    name: str
    openings: Mapping[Role, str]
    closing: str

    def between(self, previous: Role | None, role: Role) -> str:
        """Return the markup between two blocks. System blocks in a row share one."""
        if previous is None:
            return self.openings[role]
        if previous is role is Role.SYSTEM:
            return "\n\n"
        return self.closing + self.openings[role]

    def render(self, blocks: Iterable[Block]) -> Iterator[Segment]:
        """Render blocks one at a time, each depending on the role before it and on nothing else."""
        previous: Role | None = None
        for block in blocks:
            markup = Piece(self.between(previous, block.role), markup=True)
            texts = (Piece(text) for text in (block.header, block.text) if text)
            yield Segment((markup, *texts), block.label, block.pinned)
            previous = block.role


CHATML = Template("chatml", {role: f"<|im_start|>{role}\n" for role in Role}, "<|im_end|>\n")
PLAIN = Template("plain", dict.fromkeys(Role, ""), "\n\n")


def template_for(chat_template: str | None) -> Template:
    """Choose the format that a model's own chat template asks for; plain `Name: text` where it is not known."""
    return CHATML if chat_template and "<|im_start|>" in chat_template else PLAIN
