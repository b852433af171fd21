"""What is said of a model that was not made for a language."""

import pytest

from bot.roleplay.strengths import weakness


@pytest.mark.parametrize(
    ("model", "tag", "is_weak"),
    [
        ("SmolLM2-135M-Instruct", "ja", True),
        ("smollm2-360m", "zh-hant", True),
        ("SmolLM2-135M-Instruct", "en", False),
        ("SmolLM3-3B", "de", False),
        ("SmolLM3-3B", "ja", True),
        ("Mistral-7B-Instruct-v0.3", "ru", True),
        ("Llama-3.1-8B-Instruct", "th", False),
        ("Qwen3-4B", "ja", False),
        ("my own tune", "ja", False),
        ("SmolLM2-135M-Instruct", "", False),
    ],
)
def test_a_model_is_weak_where_its_makers_do_not_name_a_language(model: str, tag: str, is_weak: bool) -> None:
    told = weakness(model, tag, "日本語")
    assert (told is not None) == is_weak
    if told:
        assert model in str(told)
        assert "Qwen3" in str(told)
