"""What is found out without writing: how probable candidates are, or the tokens of a text, behind what was read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.cache import Cache
from engine.llama.memory import Logits, LogProbabilities, log_probabilities
from engine.messages import Explanation, Scored
from engine.scheduler import Job, channels_of, promised_to


class Scoring:
    """Answers the requests whose jobs write nothing."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def find(self, job: Job, rows: Sequence[Logits], running: Sequence[Job]) -> Scored | Explanation | None:
        """Take the logits behind what a job has read last; return the answer once it is whole."""
        if job.explaining is None:
            return Scored(job.request.id, self.score(job, rows[-1], running))
        for row in rows:
            job.explaining.see(row)
        return None if job.explaining.to_come else Explanation(job.request.id, tuple(job.explaining.explained))

    def score(self, job: Job, logits: Logits, running: Sequence[Job]) -> tuple[tuple[float, ...], ...]:
        """Return the log-probabilities of each candidate's tokens, each read in a fork of its own."""
        candidates = job.reading.candidates
        ahead = sum(len(tokens) - 1 for tokens in candidates)
        job.figures = replace(job.figures, read_tail=job.figures.read_tail + ahead)
        rest = self._look_ahead(job, [tokens[:-1] for tokens in candidates if len(tokens) > 1], running)
        first = log_probabilities(logits)
        rows = ([first, *next(rest)] if len(tokens) > 1 else [first] for tokens in candidates)
        pairs = (zip(found, tokens, strict=True) for found, tokens in zip(rows, candidates, strict=True))
        return tuple(tuple(float(row[token]) for row, token in pair) for pair in pairs)

    def _look_ahead(
        self, job: Job, texts: Sequence[Sequence[int]], running: Sequence[Job]
    ) -> Iterator[list[LogProbabilities]]:
        """Read texts as if each followed, as many at once as there is room for; for one there always is."""
        while texts:
            count = len(texts)
            while count > 1 and not self._make_room(sum(map(len, texts[:count])), count, running):
                count = (count + 1) // 2
            if count == 1:
                self._make_room(0, 1, running)
            yield from self._cache.look_ahead(job.held, texts[:count])
            texts = texts[count:]

    def _make_room(self, cells: int, sequences: int, running: Sequence[Job]) -> bool:
        return self._cache.make_room(promised_to(running) + cells, sequences=sequences, busy=channels_of(running))
