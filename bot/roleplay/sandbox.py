"""Renders conversations with a model's own chat template: a script, in a process of its own that may die of it.

It knows nothing of the bot. A template comes from whoever made the model's file, and may compute for ever or fill the
memory in one operation that no check in the same process could stop.
"""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NoReturn

from jinja2 import Environment, TemplateError, nodes
from jinja2.ext import Extension, do, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

MEMORY_BYTES = 512 << 20
OUTPUT_CHARACTERS = 50_000
REASON_CHARACTERS = 100

# All that Jinja, and Python behind it, can make of a faulty template.
FAULTS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    SyntaxError,
    TemplateError,
    TypeError,
    ValueError,
)


class Generation(Extension):
    """`{% generation %}` marks what an assistant says, for training: it shows what stands in it."""

    tags = {"generation"}  # noqa: RUF012

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def main() -> None:
    """Read a template, its variables and conversations as JSON, and write a text or a reason for each of these."""
    task = json.load(sys.stdin)
    limit(task["seconds"])
    json.dump(rendered(task["template"], task["variables"], task["conversations"]), sys.stdout)


def limit(seconds: float) -> None:
    """Let the system end this process if it computes longer than that, and refuse it memory. Not on Windows."""
    if sys.platform == "win32":
        return
    import resource
    import signal

    signal.setitimer(signal.ITIMER_PROF, seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def rendered(source: str, variables: dict[str, Any], conversations: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Render a template for each conversation: `{"text": …}`, or `{"fault": …}` where it cannot be."""
    try:
        template = environment().from_string(source)
    except FAULTS as fault:
        return [_why(fault)] * len(conversations)
    results: list[dict[str, str]] = []
    for conversation in conversations:
        try:
            results.append({"text": _limited(template.generate(**variables, **conversation))})
        except FAULTS as fault:
            results.append(_why(fault))
    return results


def environment() -> Environment:
    """Make Jinja as those who write chat templates know it."""
    made: Any = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[do, loopcontrols, Generation]
    )
    made.filters |= {"tojson": _as_json}
    made.globals |= {"raise_exception": _raise, "strftime_now": _same_day}
    return made


def _as_json(value: object, ensure_ascii: bool = False, **how: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, **how)


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)


def _same_day(form: str) -> str:
    """Return a day that stays: what stands in a prompt's head must not be another one tomorrow."""
    return datetime(2026, 1, 1, tzinfo=UTC).strftime(form)


def _limited(pieces: Iterable[str]) -> str:
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > OUTPUT_CHARACTERS:
            raise ValueError("its output does not end")
    return text


def _why(fault: BaseException) -> dict[str, str]:
    return {"fault": f"{type(fault).__name__}: {fault}"[:REASON_CHARACTERS]}


if __name__ == "__main__":
    main()
