"""One reply as it is written: its sampler, its tokens, and the text that may be shown of it."""

import random
from collections.abc import Iterable
from typing import Any

from engine.llama.model import Model
from engine.llama.samplers import Sampler
from engine.messages import Finish
from engine.sampling import MAX_SEED, Sampling
from engine.text import TextStream


class Writing:
    """Draws tokens until the model ends, a stop string comes, or `max_tokens` are written; `ended` says which.

    `history` are the tokens in front of the reply: repetitions of them are penalised, markup apart.
    """

    def __init__(self, model: Model, sampling: Sampling, history: Iterable[int]) -> None:
        self.tokens: list[int] = []
        self.ended: Finish | None = None
        self._model = model
        self._most = sampling.max_tokens
        self._text = TextStream(sampling.stop)
        self._sampler = Sampler(
            sampling,
            vocabulary_size=model.size,
            seed=random.randint(0, MAX_SEED) if sampling.seed is None else sampling.seed,
            history=[token for token in history if token not in model.control_tokens],
        )

    def close(self) -> None:
        self._sampler.close()

    def draw(self, context: Any, index: int) -> str:
        """Draw the next token from the logits behind the batch's token `index`; return the text that is certain now."""
        token = self._sampler.draw(context, index)
        if token in self._model.end_tokens:
            self.ended = Finish.END
            return ""
        self.tokens.append(token)
        text = self._text.push(self._model.pieces[token])
        if self._text.stopped:
            self.ended = Finish.STOP
        elif len(self.tokens) == self._most:
            self.ended = Finish.LENGTH
        return text

    def rest(self) -> str:
        """Return what was held back, once no more tokens come."""
        return self._text.finish()
