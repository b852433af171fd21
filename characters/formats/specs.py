"""One card in another specification: up to V3 or down to V2, and nothing is lost. It knows no container."""

from collections.abc import Callable, Mapping
from typing import Literal

from characters.formats.fields import number
from characters.formats.parts import Parts, is_object, object_of, parts_of, read_value, written

Target = Literal["v2", "v3"]

NAMES: Mapping[Target, tuple[str, str]] = {"v2": ("chara_card_v2", "2.0"), "v3": ("chara_card_v3", "3.0")}

_TEXTS = (
    "name description personality scenario first_mes mes_example creator_notes system_prompt "
    "post_history_instructions creator character_version"
).split()
_REQUIRED: Parts = dict.fromkeys(_TEXTS, '""') | {"alternate_greetings": "[]", "tags": "[]", "extensions": "{}"}
_REQUIRED_BY: Mapping[Target, Parts] = {"v2": _REQUIRED, "v3": _REQUIRED | {"group_only_greetings": "[]"}}


def in_spec(raw: str, target: Target) -> str:
    """Write a card as V2 or V3: what is there stays as it was written, and what the specification asks for is added.

    The flat object of V1 goes into `data`, unknown fields and all.
    """
    root = parts_of(raw)
    is_flat = not is_object(root.get("data", ""))
    spec, version = NAMES[target]
    data = {name: value for name, value in root.items() if name != "spec"} if is_flat else parts_of(root["data"])
    missing = {name: value for name, value in _REQUIRED_BY[target].items() if name not in data}
    if not is_flat and not missing and _follows(root, target):
        return raw
    head = {"spec": written(spec), "spec_version": written(version)}
    if _follows(root, target):
        head["spec_version"] = root["spec_version"]
    rest = {} if is_flat else {name: value for name, value in root.items() if name not in head}
    return object_of(head | rest | {"data": object_of(data | missing)})


def changed(raw: str, change: Callable[[Parts], Parts]) -> str:
    """Change the fields of a card, wherever its specification puts them; copies of them at the root follow."""
    root = parts_of(raw)
    if not is_object(root.get("data", "")):
        return object_of(change(root))
    before = parts_of(root["data"])
    after = change(dict(before))
    mirrors = {name: after[name] for name in root if name in before and name in after and root[name] == before[name]}
    return object_of(root | mirrors | {"data": object_of(after)})


def _follows(root: Parts, target: Target) -> bool:
    """Tell whether a card says that it follows a specification, V3 also in a version to come."""
    spec, version = NAMES[target]
    if read_value(root.get("spec", "null")) != spec:
        return False
    says = number(read_value(root.get("spec_version", "null")))
    return says is not None and (says >= float(version) if target == "v3" else says == float(version))
