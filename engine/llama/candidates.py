"""The tokens that may come next with their scores, in the form that llama.cpp's samplers work on."""

import ctypes
import weakref
from typing import Any

import llama_cpp
import numpy

Scores = numpy.ndarray[Any, numpy.dtype[numpy.float32]]
Ids = numpy.ndarray[Any, numpy.dtype[numpy.int32]]
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
    """Room for at most `size` tokens."""

    def __init__(self, size: int) -> None:
        self._data = numpy.empty(size, LAYOUT)
        self._start: Any = self._data.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        self._array = llama_cpp.llama_token_data_array()
        self._pointer: Any = ctypes.pointer(self._array)

    def draw(self, link: Link, ids: Ids, scores: Scores) -> int | None:
        """Let a link choose among tokens; None where it is left with one that is forbidden."""
        self._apply(link, ids, scores)
        chosen = self._array.data[self._array.selected]
        return int(chosen.id) if chosen.logit > -numpy.inf else None

    def filter(self, link: Link, ids: Ids) -> Ids:
        """Return those tokens which a link does not forbid."""
        self._apply(link, ids, numpy.zeros(len(ids), numpy.float32))
        return ids[self._data["logit"][: len(ids)] == 0]

    def _apply(self, link: Link, ids: Ids, scores: Scores) -> None:
        self._data["id"][: len(ids)] = ids
        self._data["logit"][: len(ids)] = scores
        self._array.data = self._start
        self._array.size = len(ids)
        self._array.selected = -1
        self._array.sorted = False
        llama_cpp.llama_sampler_apply(link.pointer, self._pointer)
