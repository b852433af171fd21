"""A card as a JSON object in the dialects V1, V2 and V3. It knows no container that such an object comes in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from characters.card import DEFAULT_DEPTH_MESSAGES, Card, DepthPrompt, Spec
from characters.errors import CardError, Clause, clause, quote
from characters.formats import text
from characters.formats.dialects import foreign_of, translated
from characters.formats.fields import LIMIT_NAME_CHARS, Fields, number

V3_VERSION = 3.0
DEFAULT_TALKATIVENESS = 0.5
LIMIT_DEPTH_MESSAGES = 10_000

_SPECS: Mapping[str, Spec] = {"chara_card_v2": "v2", "chara_card_v3": "v3"}
_ROLES = ("system", "user", "assistant")
_V1_FIELDS = frozenset({"description", "personality", "scenario", "first_mes", "mes_example"})


@dataclass(frozen=True, slots=True)
class _Dialect:
    spec: Spec
    fields: Fields
    warnings: tuple[Clause, ...] = ()


def read_object(data: bytes, source: str) -> Card:
    """Read the JSON text of a card, at most 8 MiB of it. Raises `CardError`.

    V1 is the flat object of `chara_card_v1`; V2 and V3 wrap theirs in `data`, and only what is in there counts. The
    objects of some other programs are made V2 first.
    """
    return read_text(text.decode(data, source), source)


def read_text(raw: str, source: str) -> Card:
    """Read the JSON text of a card. Raises `CardError`."""
    root = text.parse(raw, source)
    text.refuse_repeats(raw, source)
    if not _is_card(root) and (foreign := foreign_of(root)):
        raw = translated(raw, foreign)
        root = text.parse(raw, source)
    dialect = _dialect(root, source)
    fields = dialect.fields
    name = fields.name("name")
    if not name:
        raise fields.problem("name", """field "{field}" is missing or empty, where the character's name was expected""")
    talkativeness, doubts = _talkativeness(fields)
    return Card(
        name=name,
        spec=dialect.spec,
        raw=raw,
        nickname=fields.name("nickname"),
        description=fields.text("description"),
        personality=fields.text("personality"),
        scenario=fields.text("scenario"),
        first_mes=fields.text("first_mes"),
        mes_example=fields.text("mes_example"),
        creator_notes=fields.text("creator_notes"),
        system_prompt=fields.text("system_prompt"),
        post_history_instructions=fields.text("post_history_instructions"),
        alternate_greetings=fields.texts("alternate_greetings"),
        group_only_greetings=fields.texts("group_only_greetings"),
        tags=fields.texts("tags"),
        creator=fields.text("creator"),
        character_version=fields.version("character_version"),
        talkativeness=talkativeness,
        world=_world(fields),
        depth_prompt=_depth_prompt(fields),
        warnings=dialect.warnings + doubts,
    )


def _is_card(root: Mapping[str, object]) -> bool:
    return "data" in root or "spec" in root or ("name" in root and not _V1_FIELDS.isdisjoint(root))


def _dialect(root: dict[str, object], source: str) -> _Dialect:
    data = root.get("data")
    spec = _named_spec(root, source)
    if isinstance(data, dict):
        fields = Fields(cast("dict[str, object]", data), source, "data.")
        return _wrapped(fields, spec, root.get("spec_version"))
    if "name" in root and not _V1_FIELDS.isdisjoint(root):
        doubts = (
            (
                clause(
                    'It says that it is a {spec} card but has no object "data"; it was read as V1.', spec=spec.upper()
                ),
            )
            if spec
            else ()
        )
        return _Dialect("v1", Fields(root, source), doubts)
    if spec or "data" in root:
        raise CardError(
            source, clause('field "data" is missing or no object, where an object with the character was expected')
        )
    raise CardError(
        source, clause('it is no character card: neither "spec" and "data" nor "name" and "description" are there')
    )


def _named_spec(root: dict[str, object], source: str) -> Spec | None:
    named = root.get("spec")
    if named is None or named == "":
        return None
    spec = _SPECS.get(named.strip().lower()) if isinstance(named, str) else None
    if spec is None:
        older, newer = _SPECS
        raise CardError(
            source,
            clause(
                'field "spec" is {value}, where "{older}" or "{newer}" was expected',
                value=quote(named),
                older=older,
                newer=newer,
            ),
        )
    return spec


def _wrapped(fields: Fields, spec: Spec | None, version: object) -> _Dialect:
    read = number(version)
    if spec is None:
        guess: Spec = "v3" if read is not None and read >= V3_VERSION else "v2"
        return _Dialect(
            guess,
            fields,
            (clause("It does not say which card format it follows; it was read as {spec}.", spec=guess.upper()),),
        )
    if spec == "v3" and version is not None and read is None:
        return _Dialect(
            spec,
            fields,
            (clause("Its spec_version {version} is no number; it was read as V3.", version=quote(version)),),
        )
    if spec == "v3" and read is not None and read > V3_VERSION:
        warning = clause(
            "It follows version {version:g} of the card format, which is newer than {known:g}; it was read as V3.",
            version=read,
            known=V3_VERSION,
        )
        return _Dialect(spec, fields, (warning,))
    return _Dialect(spec, fields)


def _talkativeness(fields: Fields) -> tuple[float, tuple[Clause, ...]]:
    value = _extensions(fields).get("talkativeness")
    read = number(value)
    if read is not None:
        return min(max(read, 0.0), 1.0), ()
    if value is None or value == "":
        return DEFAULT_TALKATIVENESS, ()
    warning = clause(
        "Its talkativeness {value} is no number from 0 to 1; {taken} was taken.",
        value=quote(value),
        taken=DEFAULT_TALKATIVENESS,
    )
    return DEFAULT_TALKATIVENESS, (warning,)


def _extensions(fields: Fields) -> Mapping[str, object]:
    extensions = fields.values.get("extensions")
    return cast("dict[str, object]", extensions) if isinstance(extensions, dict) else fields.values


def _world(fields: Fields) -> str:
    """Read the name of a lorebook; what is no name is as if it were not there."""
    world = _extensions(fields).get("world")
    is_name = isinstance(world, str) and len(world) <= LIMIT_NAME_CHARS
    return Fields({"world": world}, fields.source).name("world") if is_name else ""


def _depth_prompt(fields: Fields) -> DepthPrompt | None:
    """Read SillyTavern's note of a card; what is odd in it is as if it were not there."""
    values = _extensions(fields).get("depth_prompt")
    if not isinstance(values, dict):
        return None
    note = Fields(cast("dict[str, object]", values), fields.source, f"{fields.path}extensions.depth_prompt.")
    text = note.values.get("prompt")
    if not isinstance(text, str) or not text.strip():
        return None
    depth = number(note.values.get("depth"))
    role = note.values.get("role")
    return DepthPrompt(
        note.text("prompt"),
        DEFAULT_DEPTH_MESSAGES if depth is None else min(max(int(depth), 0), LIMIT_DEPTH_MESSAGES),
        role if role in _ROLES else "system",
    )
