"""What Discord takes as components and embeds: counts, lengths, and no custom id twice."""

from collections.abc import Iterator
from typing import Any

from tests.bot.platforms.discord.loopback.refusals import check_length, invalid

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 2, 3, 4, 10, 18
SELECTS = (3, 5, 6, 7, 8)
INPUTS = (*SELECTS, TEXT_INPUT, 19, 21, 22, 23)
LINK = 5
Component = dict[str, Any]


def walk(components: list[Component]) -> Iterator[Component]:
    """Go through all components, those inside others included."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for inside in ("component", "accessory"):
            if component.get(inside):
                yield from walk([component[inside]])


def check_message(components: list[Component], new: bool, path: str = "components") -> None:
    """Raise 50035 for a message's components; `new` says that they are of the second version."""
    if new:
        if len(list(walk(components))) > 40:
            raise invalid(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of components is 40.")
        texts = sum(len(one.get("content", "")) for one in walk(components) if one["type"] == TEXT_DISPLAY)
        if texts > 4000:
            raise invalid(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Text must be 4000 or fewer in all.")
    else:
        if len(components) > 5:
            raise invalid(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        for index, component in enumerate(components):
            if component["type"] != ROW:
                raise invalid(f"{path}.{index}.type", "BASE_TYPE_CHOICES", "Value of field 'type' must be one of (1,).")
    _check_all(components, path)


def check_modal(body: dict[str, Any]) -> None:
    """Raise 50035 for a form: title 1-45, custom id 1-100, one to five components."""
    check_length("data.title", body.get("title") or "", 1, 45)
    check_length("data.custom_id", body.get("custom_id") or "", 1, 100)
    components = body.get("components") or []
    if not 1 <= len(components) <= 5:
        raise invalid("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    _check_all(components, "data.components")
    for component in walk(components):
        if component["type"] == LABEL:
            check_length("data.components.label", component.get("label") or "", 1, 45)
            check_length("data.components.description", component.get("description") or "", 0, 100)
        if component["type"] == TEXT_INPUT:
            check_length("data.components.value", component.get("value") or "", 0, component.get("max_length") or 4000)
            check_length("data.components.placeholder", component.get("placeholder") or "", 0, 100)
            if component.get("label") is not None:
                check_length("data.components.label", component["label"], 1, 45)


def _check_all(components: list[Component], path: str) -> None:
    seen: set[str] = set()
    for component in walk(components):
        if component["type"] == ROW:
            _check_row(component, path)
        if component["type"] == BUTTON:
            _check_button(component, path)
        if component["type"] == STRING_SELECT:
            _check_options(component, path)
        custom = component.get("custom_id")
        if custom is None:
            continue
        check_length(f"{path}.custom_id", custom, 1, 100)
        if custom in seen:
            raise invalid(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        seen.add(custom)


def _check_row(row: Component, path: str) -> None:
    inside = row.get("components") or []
    selects = sum(one["type"] in INPUTS for one in inside)
    if not 1 <= len(inside) <= 5 or selects > 1 or (selects and len(inside) > 1):
        raise invalid(path, "BASE_TYPE_BAD_LENGTH", "A row takes one to five buttons, or one select.")


def _check_button(button: Component, path: str) -> None:
    check_length(f"{path}.label", button.get("label") or "", 0, 80)
    if not button.get("label") and not button.get("emoji"):
        raise invalid(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or emoji.")
    if (button.get("style") == LINK) != ("url" in button) or ("url" in button and "custom_id" in button):
        raise invalid(path, "BUTTON_COMPONENT_INVALID_FIELDS", "A link has a url, any other button a custom id.")


def _check_options(select: Component, path: str) -> None:
    options = select.get("options") or []
    if not 1 <= len(options) <= 25:
        raise invalid(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    if len({option["value"] for option in options}) < len(options):
        raise invalid(f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option is taken.")
    for option in options:
        check_length(f"{path}.options.label", option["label"], 1, 100)
        check_length(f"{path}.options.value", option["value"], 1, 100)
        check_length(f"{path}.options.description", option.get("description") or "", 0, 100)
    check_length(f"{path}.placeholder", select.get("placeholder") or "", 0, 150)


def check_embeds(embeds: list[dict[str, Any]]) -> None:
    """Raise 50035 where embeds are too many or too long: 10 embeds, 6,000 characters in all."""
    if len(embeds) > 10:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    total = 0
    for index, embed in enumerate(embeds):
        texts = [("title", embed.get("title"), 256), ("description", embed.get("description"), 4096)]
        texts.append(("footer.text", (embed.get("footer") or {}).get("text"), 2048))
        texts.append(("author.name", (embed.get("author") or {}).get("name"), 256))
        fields = embed.get("fields") or []
        if len(fields) > 25:
            raise invalid(f"embeds.{index}.fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for field in fields:
            texts += [("fields.name", field["name"], 256), ("fields.value", field["value"], 1024)]
        for name, text, most in texts:
            check_length(f"embeds.{index}.{name}", text or "", 0, most)
            total += len(text or "")
    if total > 6000:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
