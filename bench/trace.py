"""A seeded synthetic scene: a head, and turns of the length that players write. Nobody's words."""

from dataclasses import dataclass
from random import Random

from engine import Piece, Prompt, Segment

WORDS = (
    "the river keeps its own hours and nobody on the pier remembers who lit the lamps before midnight came with fog "
    "a bell rings twice under cold iron while she counts every passenger again slowly as if one more might appear"
).split()
HEAD_WORDS = 700
TURN_WORDS = (15, 55)


@dataclass(frozen=True, slots=True)
class Trace:
    """Prompts of one story, drawn from a seed. Markup is ChatML, the demo model's."""

    seed: int

    def prompt(self, turns: int) -> Prompt:
        """Return the prompt after so many turns: a person's and a character's in turn, the last a person's."""
        head = self._segment("system", "head", HEAD_WORDS, pinned=True)
        story = [self._turn(number) for number in range(turns)]
        return Prompt(story=(head, *story), cue=_segment("assistant", "Mira:"))

    def _turn(self, number: int) -> Segment:
        words = Random(f"{self.seed} {number}").randint(*TURN_WORDS)
        return self._segment("assistant" if number % 2 else "user", str(number), words)

    def _segment(self, role: str, label: str, words: int, *, pinned: bool = False) -> Segment:
        said = " ".join(Random(f"{self.seed} {label}").choices(WORDS, k=words))
        return _segment(role, said, label=label, pinned=pinned)


def _segment(role: str, text: str, *, label: str = "", pinned: bool = False) -> Segment:
    markup = Piece(f"<|im_end|>\n<|im_start|>{role}\n", markup=True)
    return Segment((markup, Piece(text)), label=label, pinned=pinned)
