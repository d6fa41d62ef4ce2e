"""Cards: small pages that steps make of their data and models, of tables and drawings, without any library."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import tidemill as tm

WIDTH, HEIGHT, MARGIN = 520, 240, 34
COLOURS = ("#2a78d6", "#d9822b", "#1b9e77", "#8e44ad")
STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 24px; color: #1f2933; background: #fff; max-width: 980px }
h1 { font-size: 20px } h2 { font-size: 15px; margin: 24px 0 6px }
table { border-collapse: collapse } th, td { padding: 4px 10px; border-bottom: 1px solid #e4e7eb; text-align: right }
th { color: #52606d; font-weight: 600 } th:first-child, td:first-child { text-align: left }
svg { max-width: 100%; height: auto } svg text { font-size: 11px; fill: #52606d }
"""


def page(title: str, *parts: str) -> tm.HTML:
    """A card with a title."""
    return tm.HTML(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><h1>{escape(title)}</h1>{''.join(parts)}")


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows of values under a title; numbers with four digits."""
    cells = "".join(f"<th>{escape(each)}</th>" for each in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(shown(each))}</td>' for each in row)}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><tr>{cells}</tr>{body}</table>"


def bars(title: str, values: Mapping[str, float]) -> str:
    """One bar for each value, the largest first."""
    most = max((abs(each) for each in values.values()), default=0) or 1
    rows = list[str]()
    for number, (name, value) in enumerate(sorted(values.items(), key=lambda each: -abs(each[1]))):
        top, long = 22 * number, 270 * abs(value) / most
        rows.append(f"<text x=170 y={top + 15} text-anchor=end>{escape(name)}</text>")
        rows.append(f'<rect x=178 y={top + 3} width={long:.1f} height=15 rx=2 fill="{COLOURS[value < 0]}" />')
        rows.append(f"<text x={184 + long:.1f} y={top + 15}>{shown(value)}</text>")
    return f"<h2>{escape(title)}</h2><svg width={WIDTH} height={22 * len(values)}>{''.join(rows)}</svg>"


def points(title: str, across: Sequence[float], up: Sequence[float], words: tuple[str, str], line: bool = False) -> str:
    """A point for each pair; with the diagonal, where both are equal, as a line."""
    least, most = min(*across, *up), max(*across, *up)
    marks = [
        f'<circle cx={place(x, least, most):.1f} cy={height(y, least, most):.1f} r=3 fill="{COLOURS[0]}" opacity=.55 />'
        for x, y in zip(across, up, strict=True)
    ]
    if line:
        ends = f"x1={MARGIN} y1={HEIGHT - MARGIN} x2={WIDTH - MARGIN} y2={MARGIN}"
        marks.append(f'<line {ends} stroke="{COLOURS[1]}" />')
    return drawing(title, "".join(marks), (least, most), (least, most), words)


def lines(title: str, series: Mapping[str, Sequence[float]], words: tuple[str, str]) -> str:
    """A line for each series, over the number of the value; values that are no numbers are left out."""
    known = [each for values in series.values() for each in values if each == each]
    least, most = min(known), max(known)
    long = max(len(values) for values in series.values())
    marks = list[str]()
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        way = " ".join(
            f"{place(at, 0, max(long - 1, 1)):.1f},{height(each, least, most):.1f}"
            for at, each in enumerate(values)
            if each == each
        )
        marks.append(f'<polyline points="{way}" fill=none stroke="{colour}" stroke-width=1.6 />')
        marks.append(f'<text x={MARGIN + 110 * number} y=12 style="fill:{colour}">{escape(name)}</text>')
    return drawing(title, "".join(marks), (0, long - 1), (least, most), words)


def histogram(title: str, values: Sequence[float], count: int = 24) -> str:
    """How often values lie where."""
    least, most = min(values), max(values)
    wide = (most - least) / count or 1
    found = [0] * count
    for each in values:
        found[min(int((each - least) / wide), count - 1)] += 1
    step = (WIDTH - 2 * MARGIN) / count
    marks = [
        f"<rect x={MARGIN + number * step:.1f} y={height(each, 0, max(found)):.1f} width={step - 1:.1f} "
        f'height={HEIGHT - MARGIN - height(each, 0, max(found)):.1f} fill="{COLOURS[0]}" />'
        for number, each in enumerate(found)
    ]
    return drawing(title, "".join(marks), (least, most), (0, max(found)), ("value", "rows"))


def drawing(
    title: str, marks: str, across: tuple[float, float], up: tuple[float, float], words: tuple[str, str]
) -> str:
    """Marks on axes with their ends written on them."""
    bottom, right = HEIGHT - MARGIN, WIDTH - MARGIN
    axes = f'<path d="M{MARGIN} {MARGIN}V{bottom}H{right}" fill=none stroke="#9aa5b1" />'
    told = (
        f"<text x={MARGIN} y={bottom + 15}>{shown(across[0])}</text>"
        f"<text x={right} y={bottom + 15} text-anchor=end>{shown(across[1])}</text>"
        f"<text x={WIDTH / 2} y={bottom + 28} text-anchor=middle>{escape(words[0])}</text>"
        f"<text x={MARGIN} y={MARGIN - 8}>{escape(words[1])}: {shown(up[0])} to {shown(up[1])}</text>"
    )
    return f"<h2>{escape(title)}</h2><svg width={WIDTH} height={HEIGHT}>{axes}{marks}{told}</svg>"


def place(value: float, least: float, most: float) -> float:
    """Where a value lies from left to right."""
    return MARGIN + (WIDTH - 2 * MARGIN) * (value - least) / ((most - least) or 1)


def height(value: float, least: float, most: float) -> float:
    """Where a value lies from top to bottom."""
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (value - least) / ((most - least) or 1)


def shown(value: object) -> str:
    """A value as a person reads it."""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
