"""Seconds to the first token, turn by turn, as a picture. It knows no engine."""

from collections.abc import Iterator, Sequence
from html import escape
from math import log10

from bench.figures import Series

WIDTH, HEIGHT = 860, 420
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 64, 48
SECONDS_TICKS = tuple(round(step * 10.0**power, 3) for power in range(-3, 4) for step in (1, 2, 5))
TURN_STEPS = (5, 10, 20, 50, 100, 200, 500, 1000)
MOST_TURN_TICKS = 10
LEGEND_WIDTH = 190
STYLE = """
  svg { background: #fff; font: 12px system-ui, sans-serif; fill: #24292f }
  .grid { stroke: #d0d7de } .line { fill: none; stroke-width: 1.5; stroke-linejoin: round }
  .c0 { color: #0550ae } .c1 { color: #bc4c00 } .c2 { color: #6639ba } .c3 { color: #116329 }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; fill: #e6edf3 } .grid { stroke: #30363d }
    .c0 { color: #6cb6ff } .c1 { color: #f69d50 } .c2 { color: #dcbdfb } .c3 { color: #6bc46d }
  }
"""


def draw(series: Sequence[Series]) -> str:
    """Return an SVG, for light and dark pages, of clients that have played the same story, the first on top."""
    axes = _Axes(series)
    lines = [part for index, one in reversed(list(enumerate(series))) for part in _client(axes, index, one)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>Seconds to the first token, turn by turn</title><style>{STYLE}</style>\n"
        f'<text x="{LEFT}" y="22" font-weight="600">Seconds to the first token of a reply; dots are trims</text>\n'
        + "\n".join([*axes.grid(), *lines])
        + "\n</svg>\n"
    )


class _Axes:
    """From turns and seconds to places in the picture; seconds on a logarithmic scale."""

    def __init__(self, series: Sequence[Series]) -> None:
        values = [seconds for one in series for seconds in one.ttft_s]
        self._turns = max(2, *(len(one.ttft_s) for one in series)) if series else 2
        self._low = max([tick for tick in SECONDS_TICKS if tick <= min(values, default=1)], default=SECONDS_TICKS[0])
        above = max(self._low, *values) if values else self._low
        self._high = min([tick for tick in SECONDS_TICKS if tick > above], default=2 * above)

    def place(self, turn: int, seconds: float) -> tuple[float, float]:
        """Return where a value stands, in pixels from the left and the top."""
        across = (turn - 1) / (self._turns - 1)
        up = log10(max(seconds, self._low) / self._low) / log10(self._high / self._low)
        return LEFT + (WIDTH - LEFT - RIGHT) * across, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * up

    def grid(self) -> Iterator[str]:
        for seconds in SECONDS_TICKS:
            if self._low <= seconds <= self._high:
                x, y = self.place(1, seconds)
                yield f'<path class="grid" d="M{x:.1f} {y:.1f}H{WIDTH - RIGHT}"/>'
                yield f'<text x="{x - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{seconds:g} s</text>'
        step = next((step for step in TURN_STEPS if self._turns / step <= MOST_TURN_TICKS), TURN_STEPS[-1])
        for turn in (1, *range(step, self._turns + 1, step)):
            x, y = self.place(turn, self._low)
            yield f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{turn}</text>'
        yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">turn</text>'


def _client(axes: _Axes, index: int, series: Series) -> Iterator[str]:
    places = [axes.place(turn, seconds) for turn, seconds in enumerate(series.ttft_s, start=1)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in (places[trim - 1] for trim in series.trims)
    )
    legend = LEFT + index * LEGEND_WIDTH
    yield f'<g class="c{index % 4}"><polyline class="line" stroke="currentColor" points="{points}"/>'
    yield f'<g fill="currentColor">{dots}<circle cx="{legend + 5}" cy="42" r="4"/></g></g>'
    yield f'<text x="{legend + 15}" y="46">{escape(series.client)}</text>'
