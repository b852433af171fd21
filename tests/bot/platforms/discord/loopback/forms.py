"""A form (modal) as a person fills it in."""

from dataclasses import dataclass
from typing import Any

from tests.bot.platforms.discord.loopback.components import INPUTS, LABEL, STRING_SELECT, TEXT_INPUT, walk
from tests.bot.platforms.discord.loopback.options import resolve
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import Channel, Message

FILES, RADIO, CHECKBOX = 19, 21, 23
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """An open form: who has it open knows it by its title and the labels of its fields."""

    state: State
    channel: Channel
    message: Message | None
    body: Json

    @property
    def title(self) -> str:
        return self.body["title"]

    @property
    def fields(self) -> dict[str, str]:
        """What stands in the text fields when the form opens, by their labels."""
        texts = [(name, one) for name, one in self._labelled() if one["type"] == TEXT_INPUT]
        return {name: one.get("value") or "" for name, one in texts}

    def _labelled(self) -> list[tuple[str, Json]]:
        found = [(one["label"], one["component"]) for one in walk(self.body["components"]) if one["type"] == LABEL]
        plain = [one for one in walk(self.body["components"]) if one["type"] == TEXT_INPUT and one.get("label")]
        return found + [(one["label"], one) for one in plain]

    def filled(self, given: dict[str, Any]) -> Json:
        """The data of its submission; `given` has texts, or what is chosen, by label or custom id.

        What is not given stays as it stands. Fails for a field that is not there, too long, or required and empty.
        """
        labels = {one["custom_id"]: name for name, one in self._labelled()}
        unknown = set(given) - set(labels) - set(labels.values())
        assert not unknown, f"The form {self.title} has no {unknown}; it has {labels}."
        resolved: Json = {}
        parts = []
        for component in self.body["components"]:
            if component["type"] == LABEL:
                inside = self._input(component["component"], labels, given, resolved)
                parts.append({"type": LABEL, "id": component["id"], "component": inside})
            elif inside := [one for one in component.get("components") or () if one["type"] in INPUTS]:
                answers = [self._input(one, labels, given, resolved) for one in inside]
                parts.append({"type": 1, "id": component["id"], "components": answers})
        data = {"custom_id": self.body["custom_id"], "components": parts}
        return data | ({"resolved": resolved} if resolved else {})

    def _input(self, one: Json, labels: dict[str, str], given: dict[str, Any], resolved: Json) -> Json:
        custom, name = one["custom_id"], labels[one["custom_id"]]
        value = given.get(custom, given.get(name))
        answer = {"type": one["type"], "id": one["id"], "custom_id": custom}
        if one["type"] == TEXT_INPUT:
            return answer | {"value": _text(one, name, value)}
        if one["type"] in (RADIO, CHECKBOX):
            return answer | {"value": value}
        chosen = [value] if isinstance(value, str) or not isinstance(value, list | tuple) else list(value)
        chosen = [one for one in chosen if one is not None]
        if one["type"] == STRING_SELECT:
            return answer | {"values": choose(one, chosen)}
        if one["type"] in (5, 6, 7, 8, FILES):
            chosen = [resolve(self.state, self.channel, item, resolved) for item in chosen]
        assert chosen or not one.get("required", True), f"{name} is required."
        return answer | {"values": chosen}


def _text(one: Json, name: str, value: str | None) -> str:
    text = (one.get("value") or "") if value is None else value
    least = one.get("min_length") or (1 if one.get("required", True) else 0)
    assert (not text and not one.get("required", True)) or least <= len(text) <= (one.get("max_length") or 4000), (
        f"{name} takes {least} to {one.get('max_length') or 4000} characters, not {len(text)}."
    )
    return text


def choose(select: Json, chosen: list[str]) -> list[str]:
    """The values of options that are named by label or value; fails for one that is not offered."""
    offered = {option["label"]: option["value"] for option in select["options"]}
    values = [offered.get(name, name) for name in chosen]
    assert set(values) <= set(offered.values()), f"{chosen} is not among {list(offered)}."
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    assert least <= len(values) <= most, f"One chooses {least} to {most} here, not {len(values)}."
    return values
