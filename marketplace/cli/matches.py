"""``marketplace match``: what fits one person, or each of many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click

from marketplace.cli.calling import embedder_here, open_ready, postcodes_here, settings_here, tell, today_here
from marketplace.geo.districts import read_districts
from marketplace.geo.postcodes import Place, PostcodeDirectory, PostcodeError
from marketplace.matching.needs import Needs, NeedsError, parse_needs
from marketplace.matching.ranking import rank, result_of
from marketplace.matching.result import Result
from marketplace.offers.catalogue import CatalogueHolder, kept_file
from marketplace.offers.queries import places_of
from marketplace.people.closer import Outside, outside_document, outside_home_area

_MOST_RESULTS = 1000


@click.command()
@click.argument("needs", type=click.File("rb"))
@click.option(
    "--top",
    default=10,
    show_default=True,
    type=click.IntRange(1, _MOST_RESULTS),
    help="How many matches to show.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document; for a .jsonl file one a line.")
def match(needs: BinaryIO, top: int, as_json: bool) -> None:
    """Match the needs of one person, or of many.

    NEEDS is a .json file of one person, a .jsonl file of many (one a line), or - for one person on standard
    input. docs/commands.md says what they may hold.
    """
    settings = settings_here()
    many = Path(getattr(needs, "name", "-")).suffix == ".jsonl"
    # All are read before the first is matched: a mistake in the last line is told at once.
    asked = [(where, _needs(document, where)) for where, document in _documents(needs, many)]
    database = open_ready(settings)
    directory = postcodes_here(settings, tell)
    homes = [_home(wanted, directory, where) for where, wanted in asked]
    with database.read() as session:
        holder = CatalogueHolder(
            settings.seeds_dir, directory, embedder=embedder_here(settings), kept_at=kept_file(settings)
        )
        catalogue = holder.current(session)
        if not len(catalogue):
            tell("There are no public offers. Run 'marketplace seed' for the example offers.")
        today, districts = today_here(), read_districts(settings.seeds_dir)
        for (_, wanted), home in zip(asked, homes, strict=True):
            ranking = rank(wanted, catalogue, home=home, today=today)
            result = result_of(ranking, wanted, today=today, top=top)
            outside = outside_home_area(
                session,
                ranking,
                result.matches,
                places_of(session, {found.offer for found in result.matches}) if home else {},
                home=home,
                districts=districts,
                find=directory.lookup,
            )
            if as_json:
                told = result.document()
                for found in told["matches"]:
                    found.update(outside_document(outside.get(UUID(found["offer"]))))
                click.echo(json.dumps(told, ensure_ascii=False, indent=None if many else 2))
            else:
                click.echo(_as_text(result, outside))


def _documents(file: BinaryIO, many: bool) -> Iterator[tuple[str, Any]]:
    if not many:
        yield "", _decoded(file.read(), "")
        return
    for number, line in enumerate(file, start=1):
        if line.strip():
            yield f"line {number}: ", _decoded(line, f"line {number}: ")


def _decoded(content: bytes, where: str) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"))  # with the mark that some programs put before it
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{where}the needs are not text in UTF-8. Save them as UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise click.ClickException(f"{where}the needs are not JSON: {error.msg} at {place}") from error
    except RecursionError as error:
        raise click.ClickException(f"{where}the needs are nested too deep") from error


def _needs(document: Any, where: str) -> Needs:
    try:
        return parse_needs(document)
    except NeedsError as error:
        raise click.ClickException("\n".join(where + problem for problem in error.problems)) from error


def _home(needs: Needs, directory: PostcodeDirectory, where: str) -> Place | None:
    if needs.postcode is None:
        return None
    try:
        return directory.lookup(needs.postcode)
    except PostcodeError as error:
        raise click.ClickException(f"{where}postcode: {error}") from error


def _as_text(result: Result, outside: Mapping[UUID, Outside]) -> str:
    fit = "1 offer fits" if result.total == 1 else f"{result.total} offers fit"
    lines = [f"{result.reference or 'Matches'}: {fit}"]
    for number, found in enumerate(result.matches, start=1):
        facts = [found.kind.label]
        if found.minutes is not None:
            facts.append("1 minute" if found.minutes == 1 else f"{found.minutes} minutes")
        if found.weekly_cost is not None:
            facts.append(f"£{found.weekly_cost} a week")
        lines.append(f"\n{number}. {found.name} ({', '.join(facts)}) {found.score:.2f}")
        if found.offer in outside:
            lines.append(f"   {outside[found.offer]}")
        lines += [f"   {part.part.label}: {part.reason}" for part in found.parts]
        if found.companion is not None:
            lines.append(f"   With: {found.companion.reason}")
        # The questions of a pair say themselves whom to ask.
        lines += [f"   {'Ask: ' if found.companion is None else ''}{question}" for question in found.ask]
    if result.near_misses:
        lines.append("\nNearly fits")
        lines += [f"   {miss.name}: {miss.stop.label}. {miss.would_help}" for miss in result.near_misses]
    if result.what_would_help:
        lines.append("\nWhat would help")
        lines += [f"   {change.change} {change.more_matches} more" for change in result.what_would_help]
    return "\n".join(lines)
