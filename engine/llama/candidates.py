"""The tokens that may come next with their scores, in the form that llama.cpp's samplers work on."""

import ctypes
import weakref
from collections.abc import Collection
from typing import Any

import llama_cpp
import numpy

Scores = numpy.ndarray[Any, numpy.dtype[numpy.float32]]
LAYOUT = numpy.dtype([("id", numpy.int32), ("logit", numpy.float32), ("p", numpy.float32)])


class Link:
    """A sampler of llama.cpp that is freed with this object, or before by `close`."""

    def __init__(self, pointer: Any) -> None:
        self.pointer = pointer
        self.close = weakref.finalize(self, llama_cpp.llama_sampler_free, pointer)

    def clone(self) -> "Link":
        """Return a copy with the same settings, memory and random numbers to come."""
        return Link(llama_cpp.llama_sampler_clone(self.pointer))


class Candidates:
    """All tokens of a vocabulary of `size`, but for those that are never drawn, the `silent`."""

    def __init__(self, size: int, silent: Collection[int] = ()) -> None:
        self._ids = numpy.setdiff1d(numpy.arange(size, dtype=numpy.int32), numpy.fromiter(silent, numpy.int32))
        self._data = numpy.empty(size, LAYOUT)
        self._start: Any = self._data.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        self._array = llama_cpp.llama_token_data_array()
        self._pointer: Any = ctypes.pointer(self._array)

    def draw(self, link: Link, scores: Scores) -> int | None:
        """Let a link choose a token whose score is not minus infinity; None where there is none.

        Those that are forbidden are left out: among them the first mirostat could estimate nothing.
        """
        ids, scores = self._ids, scores[self._ids]
        if len(ids) and scores.min() == -numpy.inf:
            is_free = scores > -numpy.inf
            ids, scores = ids[is_free], scores[is_free]
        if not len(ids):
            return None
        self._data["id"][: len(ids)] = ids
        self._data["logit"][: len(ids)] = scores
        self._array.data = self._start
        self._array.size = len(ids)
        self._array.selected = -1
        self._array.sorted = False
        llama_cpp.llama_sampler_apply(link.pointer, self._pointer)
        return int(self._array.data[self._array.selected].id)
