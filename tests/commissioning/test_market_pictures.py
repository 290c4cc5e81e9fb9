"""Shades, maps and bars: each value has its number, and a shade says no more than it."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from flask import Flask, get_template_attribute

from marketplace.commissioning.pictures import (
    PERCENT,
    BarRow,
    Head,
    bars,
    district_map,
    heat_table,
    small_multiples,
)
from marketplace.commissioning.pictures.marks import FILLS, scale_of
from marketplace.directory.map_drawing import outlines_in
from marketplace.gaps.disclosure import A_FEW, NOBODY, Shown
from tests.accounts.mail import SQLITE
from tests.fixtures.site import ROOT
from tests.fixtures.timing import least_seconds

pytestmark = pytest.mark.parametrize(**SQLITE)
NORFOLK = [f"E07000{number}" for number in range(143, 150)]


@pytest.fixture(autouse=True)
def in_a_request(app: Flask) -> object:
    with app.test_request_context("/"):
        yield


def test_steps_are_equal_and_round_and_a_star_has_a_pattern_of_its_own() -> None:
    scale = scale_of([Shown(10), Shown(45), A_FEW, NOBODY, None])
    marks = [scale.mark(value) for value in (NOBODY, A_FEW, None, Shown(10), Shown(15), Shown(45))]
    assert [(one.text, one.shade) for one in marks] == [
        ("0", "none"),
        ("*", "few"),
        ("–", "hidden"),
        ("10", "1"),
        ("15", "2"),
        ("45", "5"),
    ]
    assert [marks[1].spoken, marks[2].spoken] == ["1 to 7", "not shown"]
    assert [words for _, words in scale.key(marks)][1:-1] == ["0", "up to 10", "up to 20", "up to 50"]


def test_where_a_few_numbers_stand_out_the_darkest_shade_stands_for_more() -> None:
    scale = scale_of([*range(1, 20), 300])
    assert [scale.mark(number).shade for number in (5, 20, 21, 300)] == ["1", "4", "5", "5"]
    assert scale.key([scale.mark(300)])[0][1] == "more than 20"


def test_rates_of_one_size_are_told_apart_from_the_smallest_on() -> None:
    scale = scale_of([Decimal("43.8"), Decimal("50.0"), Decimal("56.0")], from_zero=False)
    assert [scale.mark(Decimal(rate)).shade for rate in ("43.8", "50.0", "56.0")] == ["1", "3", "5"]


def test_shades_grow_darker_step_by_step_so_that_grey_tells_them_apart() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    greys = [grey(FILLS[shade]) for shade in ("none", "1", "2", "3", "4", "5")]
    assert all(light - dark > 20 for light, dark in pairwise(greys))


def test_the_page_and_the_drawings_have_the_same_colours() -> None:
    styles = (ROOT / "static/src/_commissioning.scss").read_text()
    found = re.search(r"\$shades: ([^;]+);", styles)
    assert found
    assert found[1].split(", ") == [FILLS[str(number)] for number in range(1, 6)]


def test_a_heat_table_is_a_table_with_heads_and_what_has_no_value_is_not_shown() -> None:
    table = heat_table(
        [Head("a", "Cooking <b>")],
        [Head("x", "Mornings"), Head("y", "Evenings")],
        {("a", "x"): Shown(20)},
        links={("a", "x"): "/there"},
    )
    heat = get_template_attribute("commissioning/pictures/heat.html", "heat")
    html = str(heat(table, "People", "Theme"))
    assert '<th scope="row">Cooking &lt;b&gt;</th>' in html
    assert (
        '<a href="/there">20<span class="govuk-visually-hidden">: Cooking &lt;b&gt;, Mornings</span></a>'
        in html
    )
    assert html.count('<th scope="col">') == 3
    assert '<span class="govuk-visually-hidden">not shown</span>' in html


def test_a_map_writes_each_number_inside_its_district_and_draws_quickly() -> None:
    outlines = outlines_in(ROOT / "seeds")
    values = {code: Shown(10 + 5 * number) for number, code in enumerate(NORFOLK)}
    drawing = district_map({**values, NORFOLK[0]: A_FEW, NORFOLK[1]: None}, outlines=outlines)
    assert drawing is not None
    assert least_seconds(lambda: district_map(values, outlines=outlines)) < 0.05
    assert {shape.code for shape in drawing.shapes} == set(NORFOLK)
    for shape in drawing.shapes:
        corners = [tuple(map(float, corner.split(","))) for corner in re.findall(r"[\d.]+,[\d.]+", shape.d)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        assert min(xs) < shape.x < max(xs), shape.name
        assert min(ys) < shape.y < max(ys), shape.name
    svg = str(get_template_attribute("commissioning/pictures/map.html", "map_svg")(drawing, "People", "m"))
    assert svg.count("<title>") == len(NORFOLK)
    assert "<title>Breckland: 1 to 7</title>" in svg
    assert 'fill="url(#m-few)"' in svg
    assert "style=" not in svg


def test_where_we_have_no_outline_there_is_no_map() -> None:
    assert district_map({"E07000001": Shown(10)}, outlines=outlines_in(ROOT / "seeds")) is None


def test_small_multiples_share_one_scale_and_a_spread_reaches_from_end_to_end() -> None:
    first, second = small_multiples(
        [("A", [BarRow("x", 10)]), ("B", [BarRow("x", 5), BarRow("y", None), BarRow("z", A_FEW)])]
    )
    assert [bar.length for bar in (*first.rows, *second.rows)] == [200.0, 100.0, 0.0, 140.0]
    (bar,) = bars("Price", [BarRow("x", 50, least=25, most=100)], unit=PERCENT).rows
    assert (bar.length, bar.spread, bar.spread_words) == (100.0, (50.0, 200.0), "25%–100%")
