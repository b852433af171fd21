"""Why a reply is as it is, in words: who was asked, which lore was told, what it cost. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.core import Turn
from bot.words import Sentence, counted, sentence
from engine import Sampling

ASKED = {
    "": sentence("{name} answered what was said."),
    "named": sentence("{name} answered: the line names them."),
    "replied to": sentence("{name} answered: the line is a reply to them."),
    "model": sentence("{name} answered: the model found them likeliest."),
    "willing": sentence("{name} answered: of those present they felt like it."),
    "in turn": sentence("{name} answered: it was their turn."),
    "silent until now": sentence("{name} answered: they had not spoken since a person did."),
    "asked for": sentence("{name} was asked to speak."),
    "among themselves": sentence("{name} went on: the characters talk among themselves."),
    "retry": sentence("{name} was asked for another reply."),
    "continue": sentence("{name} was asked to go on."),
    "narrate": sentence("{name} was asked for a passage."),
    "afterwards": sentence("{name} tells something after each reply here."),
}
CAUSES = {
    "activate": sentence("its decorator @@activate asks for it"),
    "keep_activate_after_match": sentence("it has come in before, and stays"),
    "constant": sentence("it always counts"),
    "sticky": sentence("it has come in lately, and stays for some messages"),
}
CAME = {
    "told": sentence("told, {tokens} tokens"),
    "begun": sentence("only its beginning was told, {tokens} tokens: it is longer than all lore of a reply may be"),
    "head": sentence("it stands at the scene's beginning already"),
    "tail": sentence("left out, because other things were to be told"),
    "outlet": sentence("left out, because it is meant for an outlet"),
    "group": sentence("left out, because another of its group was told"),
    "chance": sentence("left out by chance"),
    "empty": sentence("left out, because it says nothing"),
    "book_budget": sentence("left out, because its lorebook has no more room"),
    "budget": sentence("left out, because there was no more room"),
}
EXTRAS = {
    "persona_description": sentence("the persona"),
    "character_description": sentence("the character's description"),
    "character_personality": sentence("the character's personality"),
    "character_depth_prompt": sentence("the character's note"),
    "scenario": sentence("the scenario"),
    "creator_notes": sentence("the creator's notes"),
}
LONGEST_QUOTE = 80
READ = {
    "read_head": sentence("{tokens} of the head"),
    "read_turn": sentence("{tokens} of new turns"),
    "read_tail": sentence("{tokens} for this reply alone"),
    "read_commit": sentence("{tokens} of replies before"),
    "read_trim": sentence("{tokens} again behind what has left the window"),
    "read_edit": sentence("{tokens} again behind an edit"),
    "read_rebuild": sentence("{tokens} again because they were lost"),
    "read_heal": sentence("{tokens} again to be exact"),
}
TIERS = {
    "resident": sentence("at hand"),
    "ram": sentence("parked in memory"),
    "disk": sentence("on disk"),
    "shared": sentence("shared with another story"),
    "none": sentence("nowhere"),
}
ALWAYS_SHOWN = ("temperature", "top_p", "max_tokens", "seed")


def explained(name: str, fields: Mapping[str, Any], *, memories: Sequence[Turn] = ()) -> tuple[Sentence, ...]:
    """Return what is kept of a reply that `name` spoke, a sentence each; of `memories` it was reminded."""
    return (asked(name, fields), *lore(fields), *recalled(fields, memories), *cost(fields), *drawn(fields))


def asked(name: str, fields: Mapping[str, Any]) -> Sentence:
    """Say who was asked, and why."""
    why = fields.get("why", "")
    if known := ASKED.get(why):
        return replace(known, facts={"name": name})
    return sentence("{name} was asked: {why}.", name=name, why=why)


def lore(fields: Mapping[str, Any]) -> Iterator[Sentence]:
    """Say which lore came in, and why; then which keys took too long to be looked for."""
    for one in fields.get("lore", ()):
        yield sentence(
            "{entry} ({book}): {cause}; {came}.",
            entry=one.get("entry", ""),
            book=one.get("book", ""),
            cause=_cause(one),
            came=replace(CAME[one["came"]], facts={"tokens": one.get("tokens", 0)}),
        )
    for key in fields.get("slow_keys", ()):
        yield sentence("The key {key} took too long to be looked for, and counts as not found.", key=key)


def recalled(fields: Mapping[str, Any], memories: Sequence[Turn]) -> Iterator[Sentence]:
    """Say which old turns it was reminded of, and how much of documents it was told."""
    for turn in memories:
        text = " ".join(turn.text.split())
        shown = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]} …"
        yield sentence("Reminded of: {name}: {text}", name=turn.name, text=shown)
    if passages := fields.get("knowledge"):
        yield counted(
            "Told: one passage of the documents.", "Told: {count} passages of the documents.", count=len(passages)
        )


def cost(fields: Mapping[str, Any]) -> Iterator[Sentence]:
    """Say what the model read and wrote, where the rest was, and how long that took."""
    figures: Mapping[str, Any] = fields.get("figures", {})
    if fields.get("tries", 1) > 1:
        yield sentence("What the model said first was no reply, so it was asked once more.")
    if not figures:
        return
    tier = TIERS.get(figures.get("tier", "none"), TIERS["none"])
    yield sentence("Known already: {held:,} tokens, {tier}.", held=figures.get("held", 0), tier=tier)
    parts = [replace(READ[name], facts={"tokens": figures[name]}) for name in READ if figures.get(name)]
    total = sum(figures.get(name, 0) for name in READ)
    if parts:
        yield sentence("Read: {total:,} tokens: {parts}.", total=total, parts=_joined(parts))
    yield sentence(
        "Written: {written:,} tokens; {queued:.1f} s in line, the first after {first:.1f} s, all after {total:.1f} s.",
        written=figures.get("written", 0),
        queued=figures.get("queued_s", 0.0),
        first=figures.get("first_token_s", 0.0),
        total=figures.get("total_s", 0.0),
    )


def drawn(fields: Mapping[str, Any]) -> Iterator[Sentence]:
    """Say how its words were drawn: what is always of interest, and all that is not as usual."""
    sampling: Mapping[str, Any] = fields.get("sampling", {})
    usual = Sampling()
    shown = [
        f"{name} {_number(value)}"
        for name, value in sampling.items()
        if isinstance(value, int | float) and (name in ALWAYS_SHOWN or value != getattr(usual, name))
    ]
    if shown:
        yield sentence("Drawn with {sampling}.", sampling=", ".join(shown))


def _cause(one: Mapping[str, Any]) -> Sentence:
    if known := CAUSES.get(one["kind"]):
        return known
    secondary: Sequence[str] = one.get("secondary", ())
    key = " + ".join((one.get("key", ""), *secondary))
    if by := one.get("by"):
        return sentence("its key {key} stands in the lore {by}", key=key, by=by)
    if extra := one.get("extra"):
        return sentence("its key {key} stands in {extra}", key=key, extra=EXTRAS[extra])
    if not one.get("depth"):
        return sentence("its key {key} stands in the newest message", key=key)
    return counted(
        "its key {key} stands in the message before the newest",
        "its key {key} stands {count} messages before the newest",
        count=one["depth"],
        key=key,
    )


def _joined(parts: Sequence[Sentence]) -> Sentence:
    names = [f"part{place}" for place in range(len(parts))]
    return Sentence(", ".join(f"{{{name}}}" for name in names), dict(zip(names, parts, strict=True)))


def _number(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
