"""Chat templates find what they expect, and none can do harm."""

from collections.abc import Iterator

import pytest

from bot.roleplay import detection
from bot.roleplay.detection import find
from bot.roleplay.templates import CHATML, PLAIN
from tests.bot.roleplay.test_detection import END, info
from tests.tiny_gguf import CHATML as CHATML_JINJA


@pytest.mark.parametrize(
    "source",
    [
        "{% set ns = namespace(n=0) %}",
        "{% generation %}{% endgeneration %}",
        "{% do [].__len__ %}{% for x in [1] %}{% break %}{% endfor %}",
        "{% if tools %}{{ tools | tojson(indent=4) }}{% endif %}",
        "{{ '' if [1] | tojson == '[1]' and strftime_now('%Y') | int > 2000 else raise_exception('') }}",
        "{% macro nothing(x=none) %}{% endmacro %}{{ nothing() }}",
    ],
)
def test_what_templates_expect_is_there(source: str) -> None:
    assert find(info(source + CHATML_JINJA)).template is CHATML


LOOPS = "{% for a in range(99999) %}" * 3 + "{% endfor %}" * 3
GROWTH = "{% set ns = namespace(s='x') %}{% for n in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}"


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(detection, "COMPUTE_SECONDS", 0.3)
    detection._found.cache_clear()
    yield
    detection._found.cache_clear()


@pytest.mark.usefixtures("short_patience")
@pytest.mark.parametrize(
    "source",
    [
        pytest.param(LOOPS, id="loops in loops"),
        pytest.param("{{ 9 ** (9 ** 9) }}", id="a number without end"),
        pytest.param("{% set n = messages | length %}{{ 9 ** (9 ** (n + 8)) }}", id="another"),
        pytest.param("{{ 'x' * 10 ** 10 }}", id="ten gigabytes"),
        pytest.param("{{ 'x' | center(10 ** 10) }}", id="ten gigabytes of space"),
        pytest.param(GROWTH, id="a text that doubles"),
        pytest.param("{% for i in range(99999) %}" + "x" * 99 + END, id="ten megabytes"),
        pytest.param("{% for i in range(10 ** 9) %}{% endfor %}", id="a range too long"),
        pytest.param("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", id="a macro that calls itself"),
        pytest.param("{{ " + "(" * 9_000 + ")" * 9_000 + " }}", id="brackets"),
        pytest.param("{{ [].__class__.__base__.__subclasses__() }}", id="the way out of the sandbox"),
        pytest.param("{{ messages.append(messages[0]) }}", id="more messages"),
        pytest.param("{{ raise_exception('No\nnot me\x1b[31m' ~ 'x' * 999) }}", id="refused"),
        pytest.param("{% for %}", id="no Jinja"),
        pytest.param("{% include 'x' %}", id="another template"),
        pytest.param("{{ 1 // 0 }}", id="a division"),
        pytest.param("{{ nothing.of.that.kind }}", id="an unknown name"),
        pytest.param("{# " + "x" * detection.TEMPLATE_CHARACTERS + " #}", id="too long"),
    ],
)
def test_a_template_that_cannot_be_used_leaves_plain_names_and_a_reason(source: str) -> None:
    found = find(info(source + CHATML_JINJA))
    assert found.template is PLAIN
    assert found.how.startswith("for the model's own template cannot be used: ")
    assert found.how.isprintable()
    assert len(found.how) < 300
