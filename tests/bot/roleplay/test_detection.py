"""What a model's own template shows of its format."""

import logging
from dataclasses import replace

import pytest

from bot.roleplay import script
from bot.roleplay.blocks import INVITATION
from bot.roleplay.detection import Formats, find
from bot.roleplay.templates import CHATML, FORMATS, PLAIN, FormatName, Role
from engine import ModelInfo, demo_model
from engine.llama.model import Model
from tests.bot.roleplay.conftest import narration, shown
from tests.bot.roleplay.test_formats import INN, RULES
from tests.tiny_gguf import CHATML as CHATML_JINJA

EACH = "{% for m in messages %}"
END = "{% endfor %}"
CUE = "{% if add_generation_prompt %}"
IN_TURN = (
    "{% if (m.role == 'user') != loop.index is odd %}{{ raise_exception('Users and assistants in turn!') }}{% endif %}"
)
TAKEN_OUT = (
    "{% if messages[0].role == 'system' %}{% set head = messages[0].content %}{% set messages = messages[1:] %}"
    "{% else %}{% set head = '' %}{% endif %}"
)
MISTRAL = (
    "{{ bos_token }}" + TAKEN_OUT + EACH + IN_TURN + "{% if m.role == 'user' %}BEFORE[INST]SPACE"
    "{% if head and WHERE %}{{ head + '\n\n' }}{% endif %}{{ m.content }}BEFORE[/INST]"
    "{% else %}SPACE{{ m.content }}{{ eos_token }}{% endif %}" + END
)
MISTRAL_WITH_SYSTEM = (
    "{{ bos_token }}"
    + TAKEN_OUT
    + "{% if head %}[SYSTEM_PROMPT]SPACE{{ head }}[/SYSTEM_PROMPT]{% endif %}"
    + EACH
    + IN_TURN
    + "{% if m.role == 'user' %}[INST]SPACE{{ m.content }}[/INST]"
    "{% else %}SPACE{{ m.content }}{{ eos_token }}{% endif %}" + END
)
QWEN = (
    EACH + "<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' and loop.last %}<think>\n\n</think>\n\n{% endif %}"
    "{{ m.content }}<|im_end|>\n" + END + CUE + "<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
LLAMA3 = (
    "{{ bos_token }}<|start_header_id|>system<|end_header_id|>\n\nToday: {{ strftime_now('%d %b %Y') }}\n\n"
    + TAKEN_OUT
    + "{{ head | trim }}<|eot_id|>"
    + EACH
    + "<|start_header_id|>{{ m['role'] }}<|end_header_id|>\n\n{{ m['content'] | trim }}<|eot_id|>"
    + END
    + CUE
    + "<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('No system role!') }}{% endif %}"
    + EACH
    + IN_TURN
    + "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end_of_turn>\n"
    + END
    + CUE
    + "<start_of_turn>model\n{% endif %}"
)
GEMMA_WITH_HEAD = (
    "{{ bos_token }}"
    + TAKEN_OUT
    + EACH
    + IN_TURN
    + "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n"
    "{{ head + '\n\n' if loop.first and head else '' }}{{ m.content | trim }}<end_of_turn>\n"
    + END
    + CUE
    + "<start_of_turn>model\n{% endif %}"
)
BRACKETS = "{{ bos_token }}" + EACH + "<{{ m.role }}: {{ m.content }}>" + END + CUE + "<assistant: {% endif %}"


def blocks(opening: str, closing: str, *, default: str = "") -> str:
    """Write a template in which every block begins and ends alike."""
    begin = "{{ '" + opening.replace("ROLE", "' + m.role + '") + "' }}"
    cue = opening.replace("ROLE", "assistant")
    return EACH + begin + "{{ m.content }}" + closing + END + CUE + cue + "{% else %}" + default + "{% endif %}"


def mistral(space: str, *, before: str = "", where: str = "loop.first", template: str = MISTRAL) -> str:
    return template.replace("BEFORE", before).replace("SPACE", space).replace("WHERE", where)


def info(template: str | None, *, adds_bos: bool = True) -> ModelInfo:
    return ModelInfo("a model", template, bos="<s>", eos="</s>", adds_bos=adds_bos)


@pytest.mark.parametrize(
    ("source", "name", "is_stable"),
    [
        pytest.param(CHATML_JINJA, "chatml", True, id="chatml"),
        pytest.param(blocks("<|im_start|>ROLE\n", "<|im_end|>\n"), "chatml", True, id="chatml in other words"),
        pytest.param("You help.\n" + CHATML_JINJA, "chatml", True, id="chatml with a preamble"),
        pytest.param("{{ bos_token }}" + CHATML_JINJA, "chatml", True, id="chatml with a beginning"),
        pytest.param(QWEN, "qwen", False, id="qwen"),
        pytest.param(LLAMA3, "llama3", True, id="llama 3"),
        pytest.param(mistral(" ", before=" "), "mistral-v1", True, id="mistral v1"),
        pytest.param(mistral(" "), "mistral-v3", True, id="mistral v3"),
        pytest.param(mistral(" ", where="loop.last"), "mistral-v3", True, id="mistral v3 as its makers have it"),
        pytest.param(mistral(""), "mistral-v3-tekken", True, id="mistral v3, tekken"),
        pytest.param(mistral(" ", template=MISTRAL_WITH_SYSTEM), "mistral-v7", True, id="mistral v7"),
        pytest.param(mistral("", template=MISTRAL_WITH_SYSTEM), "mistral-v7-tekken", True, id="mistral v7, tekken"),
        pytest.param(GEMMA, "gemma", True, id="gemma"),
        pytest.param(GEMMA_WITH_HEAD, "gemma", True, id="gemma 3"),
        pytest.param(blocks("<|ROLE|>\n", "<|end|>\n", default="{{ eos_token }}"), "phi3", True, id="phi 3"),
        pytest.param(blocks("<|im_start|>ROLE<|im_sep|>", "<|im_end|>"), "phi4", True, id="phi 4"),
        pytest.param(blocks("<|ROLE|>", "<|end|>"), "phi4-mini", True, id="phi 4 mini"),
    ],
)
def test_a_known_format_is_recognised(source: str, name: FormatName, is_stable: bool) -> None:
    found = find(info(source))
    assert found.template is FORMATS[name]
    assert found.how.startswith("recognised")
    assert ("would rewrite" not in found.how) is is_stable


def test_every_format_but_plain_names_can_be_recognised() -> None:
    names = {"chatml", "qwen", "llama3", "mistral-v1", "mistral-v3", "mistral-v3-tekken", "mistral-v7"}
    names |= {"mistral-v7-tekken", "gemma", "phi3", "phi4", "phi4-mini", "plain"}
    assert set(FORMATS) == names
    assert all(template.name == name for name, template in FORMATS.items())


def test_a_format_that_is_set_is_used_whatever_the_model_says() -> None:
    for name, template in FORMATS.items():
        assert find(info(CHATML_JINJA), name).template is template


def test_the_demo_model_speaks_chatml() -> None:
    path = demo_model()
    if path is None:
        pytest.skip("the demo model is not installed")
    model = Model(path, gpu_layers=0)
    found = find(ModelInfo("demo", model.chat_template, model.bos, model.eos, model.adds_bos))
    model.close()
    assert (found.template, found.how[:10]) == (CHATML, "recognised")


def test_an_unknown_format_is_derived() -> None:
    found = find(info(BRACKETS))
    assert (found.template.name, found.how[:7]) == ("derived", "derived")
    assert shown(narration(INN, found.template)) == (
        f"<system: {RULES}\n\nScenario: An inn.\n\nMira: A pilot.\n\nTomás: A cook.><user: {INVITATION}>"
        "<assistant: Mira: Welcome.><user: Kim: Hello.\n\nAda: Is it late?><assistant: Mira: *nods*\n\nTomás: Very.>"
        f"<user: {script.NARRATION}><assistant: Narrator:"
    )


def test_a_derived_format_without_a_system_role() -> None:
    source = "{% if messages[0].role == 'system' %}{{ raise_exception('') }}{% endif %}" + BRACKETS
    markup = find(info(source)).template.markup
    assert markup[None, Role.USER] == "<user: "
    assert (None, Role.SYSTEM) not in markup


@pytest.mark.parametrize(
    ("history", "cue", "expected"),
    [
        pytest.param("", "", "", id="none"),
        pytest.param("", "<think></think>", "<think></think>", id="empty for the answer"),
        pytest.param("<think></think>", "<think></think>", "<think></think>", id="empty everywhere"),
        pytest.param("", "<think>\n", "<think>\n\n</think>\n\n", id="begun for the answer"),
        pytest.param("", "<|START_THINKING|>", "<|START_THINKING|>\n\n<|END_THINKING|>\n\n", id="begun otherwise"),
        pytest.param("</think>", "<think>", "</think>", id="another for the answer"),
        pytest.param("<|channel|>final<|message|>", "", "<|channel|>final<|message|>", id="a channel left to choose"),
        pytest.param("", "Let me see.", "", id="words"),
    ],
)
def test_an_answer_begins_where_thinking_is_over(history: str, cue: str, expected: str) -> None:
    source = (
        EACH
        + "<{{ m.role }}: {% if m.role == 'assistant' %}"
        + history
        + "{% endif %}{{ m.content }}>"
        + END
        + CUE
        + "<assistant: "
        + cue
        + "{% endif %}"
    )
    assert find(info(source)).template.markup[Role.USER, Role.ASSISTANT] == "><assistant: " + expected


@pytest.mark.parametrize("source", ["{{ bos_token }}" + CHATML_JINJA, BRACKETS])
def test_the_beginning_is_marked_once_by_the_engine_or_by_the_format(source: str) -> None:
    for adds_bos, times in ((True, 0), (False, 1)):
        template = find(info(source, adds_bos=adds_bos)).template
        first, *others = script.reply(INN, "Mira", template).story
        assert first.pieces[0].text.startswith("<s>") is not adds_bos
        assert first.text.count("<s>") == times
        assert not any("<s>" in segment.text for segment in others)


def test_what_opens_a_block_may_be_the_token_for_a_beginning() -> None:
    smol = replace(info(CHATML_JINJA), bos="<|im_start|>")
    assert find(replace(smol, adds_bos=False)).template is CHATML
    assert find(smol).template.markup[None, Role.SYSTEM] == "system\n"


def test_no_beginning_is_marked_that_the_template_does_not_mark() -> None:
    assert find(info(CHATML_JINJA, adds_bos=False)).template is CHATML


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("", id="none"),
        pytest.param("Hello.", id="no conversation"),
        pytest.param(EACH + "{{ m.content }}{{ m.content }}" + END, id="everything twice"),
        pytest.param("{% for m in messages | reverse %}{{ m.content }}" + END, id="backwards"),
        pytest.param("{{ messages[-1].content }}", id="the last line only"),
        pytest.param(EACH + "{{ m.content | upper }}" + END, id="in capitals"),
        pytest.param(EACH + "{{ loop.index }} {{ m.content }}" + END, id="numbered"),
        pytest.param("x" * 9_000 + CHATML_JINJA.replace("im_start", "start"), id="a long preamble"),
    ],
)
def test_a_template_that_shows_no_format_leaves_plain_names(source: str) -> None:
    assert find(info(source)).template is PLAIN


def test_a_model_without_a_template_gets_plain_names() -> None:
    assert find(info(None)).how == "for the model brings no template of its own"


async def test_the_format_of_a_model_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot")
    formats = Formats("auto")
    assert [await formats.of(info(CHATML_JINJA)) for _ in range(3)] == [CHATML] * 3
    assert await formats.of(replace(info(None), name="another")) is PLAIN
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        (
            "INFO",
            "chat format of a model: chatml, recognised in the model's own template, "
            "which keeps earlier turns as they are",
        ),
        ("INFO", "chat format of another: plain, for the model brings no template of its own"),
    ]
