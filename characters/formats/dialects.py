"""Cards of programs with fields of their own, turned into V2: Pygmalion, text-generation-webui, RWKV_Role_Playing.

It knows no container.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from characters.formats.parts import Parts, object_of, parts_of
from characters.formats.specs import in_spec


@dataclass(frozen=True, slots=True)
class Foreign:
    """A dialect: how V2 calls its fields, and those of which one at least is there beside the name."""

    names: Mapping[str, str]
    marks: frozenset[str]

    @property
    def name(self) -> str:
        """What it calls the character's name."""
        return next(own for own, ours in self.names.items() if ours == "name")


PYGMALION = Foreign(
    {
        "char_name": "name",
        "char_persona": "description",
        "char_greeting": "first_mes",
        "world_scenario": "scenario",
        "example_dialogue": "mes_example",
    },
    frozenset({"char_persona", "char_greeting", "world_scenario", "example_dialogue"}),
)
WEBUI = Foreign(
    {"name": "name", "context": "description", "greeting": "first_mes", "example_dialogue": "mes_example"},
    frozenset({"context", "greeting"}),
)
RWKV_ROLE_PLAYING = Foreign(
    {"bot": "name", "bot_persona": "description", "greeting": "first_mes", "example_message": "mes_example"},
    frozenset({"bot_persona", "example_message"}),
)


def foreign_of(root: Mapping[str, object]) -> Foreign | None:
    """Tell which of the dialects an object is written in."""
    for dialect in (PYGMALION, RWKV_ROLE_PLAYING, WEBUI):
        if dialect.name in root and not dialect.marks.isdisjoint(root):
            return dialect
    return None


def translated(raw: str, dialect: Foreign) -> str:
    """Write an object of a dialect as a V2 card; fields that V2 has no name for stand beside the others as they are."""
    fields = parts_of(raw)
    names = {own: ours for own, ours in dialect.names.items() if ours == own or ours not in fields}
    data: Parts = {names.get(name, name): value for name, value in fields.items()}
    return in_spec(object_of(data), "v2")
