"""Each format, written down: the whole prompt of a story in it, as one text."""

import pytest

from bot.core import Member
from bot.roleplay import script
from bot.roleplay.blocks import HOUSE_RULES, INVITATION, PLAY_RULES
from bot.roleplay.script import NARRATION
from bot.roleplay.templates import FORMATS, FormatName
from tests.bot.roleplay.conftest import narration, scene, shown, turn

RULES = f"{HOUSE_RULES}\n\n{PLAY_RULES}"
INN = scene(
    turn(1, "Mira", "Welcome."),
    turn(2, "Kim", "Hello."),
    turn(3, "Ada", "Is it late?"),
    turn(4, "Mira", "*nods*"),
    turn(5, "Tomás", "Very."),
    members=(Member(1, "Mira", "Mira: A pilot."), Member(2, "Tomás", "Tomás: A cook.")),
    scenario="An inn.",
)

GOLDEN: dict[FormatName, str] = {
    "chatml": f"""\
<|im_start|>system
{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.<|im_end|>
<|im_start|>assistant
Mira: Welcome.<|im_end|>
<|im_start|>user
Kim: Hello.<|im_end|>
<|im_start|>user
Ada: Is it late?<|im_end|>
<|im_start|>assistant
Mira: *nods*<|im_end|>
<|im_start|>assistant
Tomás: Very.<|im_end|>
<|im_start|>system
{NARRATION} Rain.<|im_end|>
<|im_start|>assistant
Narrator:""",
    "qwen": f"""\
<|im_start|>system
{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.<|im_end|>
<|im_start|>assistant
<think>

</think>

Mira: Welcome.<|im_end|>
<|im_start|>user
Kim: Hello.<|im_end|>
<|im_start|>user
Ada: Is it late?<|im_end|>
<|im_start|>assistant
<think>

</think>

Mira: *nods*<|im_end|>
<|im_start|>assistant
<think>

</think>

Tomás: Very.<|im_end|>
<|im_start|>system
{NARRATION} Rain.<|im_end|>
<|im_start|>assistant
<think>

</think>

Narrator:""",
    "llama3": f"""\
<|start_header_id|>system<|end_header_id|>

{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.<|eot_id|><|start_header_id|>assistant<|end_header_id|>

Mira: Welcome.<|eot_id|><|start_header_id|>user<|end_header_id|>

Kim: Hello.<|eot_id|><|start_header_id|>user<|end_header_id|>

Ada: Is it late?<|eot_id|><|start_header_id|>assistant<|end_header_id|>

Mira: *nods*<|eot_id|><|start_header_id|>assistant<|end_header_id|>

Tomás: Very.<|eot_id|><|start_header_id|>system<|end_header_id|>

{NARRATION} Rain.<|eot_id|><|start_header_id|>assistant<|end_header_id|>

Narrator:""",
    "mistral-v1": f"""\
 [INST] {RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.

{INVITATION} [/INST] Mira: Welcome.</s> [INST] Kim: Hello.

Ada: Is it late? [/INST] Mira: *nods*

Tomás: Very.</s> [INST] {NARRATION} Rain. [/INST] Narrator:""",
    "mistral-v3": f"""\
[INST] {RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.

{INVITATION}[/INST] Mira: Welcome.</s>[INST] Kim: Hello.

Ada: Is it late?[/INST] Mira: *nods*

Tomás: Very.</s>[INST] {NARRATION} Rain.[/INST] Narrator:""",
    "mistral-v3-tekken": f"""\
[INST]{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.

{INVITATION}[/INST]Mira: Welcome.</s>[INST]Kim: Hello.

Ada: Is it late?[/INST]Mira: *nods*

Tomás: Very.</s>[INST]{NARRATION} Rain.[/INST]Narrator:""",
    "mistral-v7": f"""\
[SYSTEM_PROMPT] {RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.[/SYSTEM_PROMPT][INST] {INVITATION}[/INST] Mira: Welcome.</s>[INST] Kim: Hello.

Ada: Is it late?[/INST] Mira: *nods*

Tomás: Very.</s>[INST] {NARRATION} Rain.[/INST] Narrator:""",
    "mistral-v7-tekken": f"""\
[SYSTEM_PROMPT]{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.[/SYSTEM_PROMPT][INST]{INVITATION}[/INST]Mira: Welcome.</s>[INST]Kim: Hello.

Ada: Is it late?[/INST]Mira: *nods*

Tomás: Very.</s>[INST]{NARRATION} Rain.[/INST]Narrator:""",
    "gemma": f"""\
<start_of_turn>user
{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.

{INVITATION}<end_of_turn>
<start_of_turn>model
Mira: Welcome.<end_of_turn>
<start_of_turn>user
Kim: Hello.

Ada: Is it late?<end_of_turn>
<start_of_turn>model
Mira: *nods*

Tomás: Very.<end_of_turn>
<start_of_turn>user
{NARRATION} Rain.<end_of_turn>
<start_of_turn>model
Narrator:""",
    "phi3": f"""\
<|system|>
{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.<|end|>
<|assistant|>
Mira: Welcome.<|end|>
<|user|>
Kim: Hello.<|end|>
<|user|>
Ada: Is it late?<|end|>
<|assistant|>
Mira: *nods*<|end|>
<|assistant|>
Tomás: Very.<|end|>
<|system|>
{NARRATION} Rain.<|end|>
<|assistant|>
Narrator:""",
    "phi4": f"""\
<|im_start|>system<|im_sep|>{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.<|im_end|>\
<|im_start|>assistant<|im_sep|>Mira: Welcome.<|im_end|>\
<|im_start|>user<|im_sep|>Kim: Hello.<|im_end|>\
<|im_start|>user<|im_sep|>Ada: Is it late?<|im_end|>\
<|im_start|>assistant<|im_sep|>Mira: *nods*<|im_end|>\
<|im_start|>assistant<|im_sep|>Tomás: Very.<|im_end|>\
<|im_start|>system<|im_sep|>{NARRATION} Rain.<|im_end|>\
<|im_start|>assistant<|im_sep|>Narrator:""",
    "phi4-mini": f"""\
<|system|>{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.<|end|>\
<|assistant|>Mira: Welcome.<|end|>\
<|user|>Kim: Hello.<|end|>\
<|user|>Ada: Is it late?<|end|>\
<|assistant|>Mira: *nods*<|end|>\
<|assistant|>Tomás: Very.<|end|>\
<|system|>{NARRATION} Rain.<|end|>\
<|assistant|>Narrator:""",
    "plain": f"""\
{RULES}

Scenario: An inn.

Mira: A pilot.

Tomás: A cook.

Mira: Welcome.

Kim: Hello.

Ada: Is it late?

Mira: *nods*

Tomás: Very.

{NARRATION} Rain.

Narrator:""",
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_prompt(name: FormatName) -> None:
    assert shown(narration(INN, FORMATS[name], hint="Rain.")) == GOLDEN[name]


def test_an_answer_to_a_person_and_the_next_of_two_characters_in_a_block() -> None:
    gemma = FORMATS["gemma"]
    assert shown(script.reply(INN, "Mira", gemma)).endswith("\nMira: *nods*\n\nTomás: Very.\n\nMira:")
    asked = scene(*INN.turns[:3], members=INN.members)
    assert shown(script.reply(asked, "Mira", gemma)).endswith(
        "Ada: Is it late?<end_of_turn>\n<start_of_turn>model\nMira:"
    )
    assert shown(script.suggestion(asked, "Kim", gemma)).endswith(
        "Ada: Is it late?\n\nNow Kim answers, in one or two sentences.\n\nKim:"
    )
