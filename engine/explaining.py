"""A text token by token: how probable each was behind what stands before it, and what else was likely there."""

import codecs
from collections.abc import Sequence

import numpy

from engine.llama.memory import Logits, log_probabilities
from engine.llama.model import Model
from engine.messages import Explained


class Explaining:
    """The tokens of a text, and what is known of the first of them; the logits in front of each come one by one."""

    def __init__(self, model: Model, tokens: Sequence[int], *, rivals: int) -> None:
        self._model = model
        self._tokens = tokens
        self._rivals = min(rivals, model.size - 1)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.explained: list[Explained] = []

    @property
    def to_come(self) -> int:
        """Count the tokens that nothing is known of yet."""
        return len(self._tokens) - len(self.explained)

    def see(self, logits: Logits) -> None:
        """Note what the logits in front of the next token say of it."""
        token = self._tokens[len(self.explained)]
        probabilities = numpy.exp(log_probabilities(logits))
        probability = float(probabilities[token])
        probabilities[token] = -1
        likeliest = numpy.argpartition(-probabilities, self._rivals)[: self._rivals]
        order = likeliest[numpy.argsort(-probabilities[likeliest])]
        rivals = tuple((self._text_of(rival), float(probabilities[rival])) for rival in order.tolist())
        text = self._decoder.decode(self._model.pieces[token], self.to_come == 1)
        self.explained.append(Explained(text, probability, rivals))

    def _text_of(self, rival: int) -> str:
        """Return what would be read in the place of the next token if this one stood there."""
        piece = self._model.pieces[rival]
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        decoder.setstate(self._decoder.getstate())
        return decoder.decode(piece, True) if piece else self._model.text_of(rival)
