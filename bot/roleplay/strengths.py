"""In which languages models are good, as far as their makers say so. Pure."""

import re

from bot.words import Sentence, sentence

ENGLISH = ("en",)
EUROPEAN = ("en", "fr", "de", "es", "it", "pt")

STRENGTHS = (
    (re.compile(r"smollm2|tinyllama|phi-?[12]\b|pythia|stablelm|olmo", re.IGNORECASE), ENGLISH),
    (re.compile(r"smollm3|mistral-7b|mixtral", re.IGNORECASE), EUROPEAN),
    (re.compile(r"llama-?3\.[123]", re.IGNORECASE), (*EUROPEAN, "hi", "th")),
)
"""By the names of models: the languages that their cards on Hugging Face name. Of all others nothing is known."""

BETTER = "Qwen3, Gemma 3"
"""Families whose makers name more than a hundred languages."""


def weakness(model: str, tag: str, language: str) -> Sentence | None:
    """Return what is to be said where a model, by its name, is not known for a language (its tag, its name)."""
    strong = next((tags for pattern, tags in STRENGTHS if pattern.search(model)), None)
    if strong is None or not tag or tag.partition("-")[0] in strong:
        return None
    return sentence(
        "The model {model} was not made for {language}, and may play badly in it. Better at it are {better}.",
        model=model,
        language=language,
        better=BETTER,
    )
