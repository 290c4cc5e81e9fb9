"""Pictures that are drawn here: heat tables, maps of districts, bars. Each has its numbers in words beside it.

A picture is data; ``templates/commissioning/pictures/*.html`` turn it into HTML and SVG. What counts
people comes in as ``Shown``, so a shade can say no more than its number.
"""

from marketplace.commissioning.pictures.bars import Bar, BarRow, Bars, bars, small_multiples
from marketplace.commissioning.pictures.district_map import DistrictMap, Shape, district_map
from marketplace.commissioning.pictures.heat_table import Head, HeatCell, HeatRow, HeatTable, heat_table
from marketplace.commissioning.pictures.marks import NUMBER, PERCENT, POUNDS, Mark, Unit, Value

__all__ = [
    "NUMBER",
    "PERCENT",
    "POUNDS",
    "Bar",
    "BarRow",
    "Bars",
    "DistrictMap",
    "Head",
    "HeatCell",
    "HeatRow",
    "HeatTable",
    "Mark",
    "Shape",
    "Unit",
    "Value",
    "bars",
    "district_map",
    "heat_table",
    "small_multiples",
]
