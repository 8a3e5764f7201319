"""`loyaltykit import-attendance`: who was at a webinar, from the list that its service exports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from loyaltykit.cli.attendance.kinds import FIELDS, KINDS, NAMES, Kind, bare
from loyaltykit.cli.failing import Failure, WrongUsage
from loyaltykit.cli.frame import Option, Session, command, json_option, store_option
from loyaltykit.cli.options import existing, moment, open_existing
from loyaltykit.cli.output import put, put_json
from loyaltykit.cli.streams import doubt
from loyaltykit.cli.words import count, say

if TYPE_CHECKING:
    from loyaltykit.app import Loyalty
    from loyaltykit.app.attending import Attendance, Attended
    from loyaltykit.cli.attendance.listing import Listing
    from loyaltykit.cli.attendance.matching import Matched


@command(
    "import-attendance",
    click.argument("file", metavar="FILE"),
    store_option,
    click.option("--session", "session_id", metavar="ID", required=True, cls=Option, help="help/attendance-session"),
    click.option("--kind", type=click.Choice(NAMES), cls=Option, help="help/attendance-kind"),
    click.option("--map", "map_file", metavar="FILE", cls=Option, help="help/attendance-map"),
    click.option(
        "--match",
        "by",
        type=click.Choice(("email", "name", "id")),
        default="email",
        show_default=True,
        cls=Option,
        help="help/attendance-match",
    ),
    click.option("--people", metavar="FILE", cls=Option, help="help/attendance-people"),
    click.option("--unmatched", metavar="FILE", cls=Option, help="help/attendance-unmatched"),
    click.option("--zone", metavar="ZONE", cls=Option, help="help/attendance-zone"),
    click.option("--at", metavar="TIME", cls=Option, help="help/attendance-at"),
    click.option("--dry-run", is_flag=True, cls=Option, help="help/attendance-dry"),
    json_option,
)
def import_attendance(session: Session, file: str, url: str, **options: Any) -> None:
    """Nobody is guessed: who is no member is written into a file."""
    place = Path(existing(file, session.lang))
    with open_existing(url, session.lang) as kit:
        doubted = doubt(kit, options["session_id"], session.lang)
        when = _when(kit, options, session)
        listing = _listing(kit, place, options, when, session)
        matched = _matched(kit, listing, options, session)
        rows = [_row(member, person, when, session) for member, person in matched.members]
        made = kit.record_attendance(options["session_id"], rows, rehearse=options["dry_run"])
    left = None
    if matched.unmatched and not options["dry_run"]:
        from loyaltykit.cli.attendance.matching import write_unmatched

        left = Path(options["unmatched"] or f"{place}.unmatched.csv")
        write_unmatched(left, matched.unmatched)
    _tell(listing, matched, made, left, session)
    if doubted is not None:
        put(doubted, err=True)


def _when(kit: Loyalty, options: dict[str, Any], session: Session) -> dt.datetime | None:
    """When the session was, where the list does not say: as told, else when a session of the program ends."""
    from loyaltykit.values import from_instant

    if options["at"] is not None:
        return moment(options["at"], options["zone"] or kit.program.document.timezone, session.lang)
    until = kit.session_over(options["session_id"])
    return None if until is None else from_instant(until)


def _listing(kit: Loyalty, place: Path, options: dict[str, Any], when: dt.datetime | None, session: Session) -> Listing:
    from loyaltykit.calendars import zone as zone_named
    from loyaltykit.cli.attendance.listing import LARGEST, read_listing, text_of
    from loyaltykit.values import EPOCH, MICROSECOND, to_instant

    if place.stat().st_size > LARGEST:
        raise Failure(say(session.lang, "attendance/large"), code="attendance/large")
    raw = place.read_bytes()
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise Failure(say(session.lang, "attendance/excel"), code="attendance/excel")
    kinds = _kinds(options, session)
    zone = options["zone"] or kit.program.document.timezone
    try:
        offset = zone_named(zone)
    except ValueError:
        raise WrongUsage(say(session.lang, "attendance/zone", name=zone)) from None
    day = None
    if when is not None:
        instant = to_instant(when)
        day = (EPOCH + (instant + offset.offset(instant)) * MICROSECOND).date()
    found = read_listing(text_of(raw), kinds=kinds, zone=zone, day=day)
    if found is None:
        raise Failure(
            say(session.lang, "attendance/header", names=", ".join(kind.name for kind in kinds)),
            code="attendance/header",
        )
    return found


def _kinds(options: dict[str, Any], session: Session) -> tuple[Kind, ...]:
    if options["map_file"] is not None:
        return (_own(options["map_file"], session),)
    return tuple(kind for kind in KINDS if options["kind"] in (None, kind.name))


def _own(path: str, session: Session) -> Kind:
    """A kind of one's own: `columns` by field, `day_first` or not."""
    import yaml

    try:
        written = yaml.safe_load(Path(existing(path, session.lang)).read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        written = None
    columns = written.get("columns") if isinstance(written, dict) else None
    if not isinstance(columns, dict) or not columns or set(columns) - set(FIELDS):
        raise Failure(say(session.lang, "attendance/map", fields=", ".join(FIELDS)), code="attendance/map")
    names = {field: tuple(bare(str(name)) for name in _list(given)) for field, given in columns.items()}
    return Kind("map", names, day_first=bool(written.get("day_first", False)))


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _matched(kit: Loyalty, listing: Listing, options: dict[str, Any], session: Session) -> Matched:
    from loyaltykit.cli.attendance.matching import index, match, read_people

    told = {} if options["people"] is None else read_people(Path(existing(options["people"], session.lang)))
    by = options["by"]
    if by != "id" and by not in kit.program.document.member:
        raise WrongUsage(say(session.lang, "attendance/no-attribute", name=by))
    known = index((id, id if by == "id" else attributes.get(by)) for id, attributes in kit.attributes())
    return match(listing.people, known, told, by=by)


def _row(member: str, person: Any, when: dt.datetime | None, session: Session) -> Attendance:
    from loyaltykit.app.attending import Attendance

    if person.stays:
        return Attendance(member=member, stays=tuple(person.stays))
    if when is None:
        raise WrongUsage(say(session.lang, "attendance/at"))
    return Attendance(member=member, minutes=person.minutes, at=when)


def _tell(listing: Listing, matched: Matched, made: Attended, left: Path | None, session: Session) -> None:
    lang = session.lang
    if not listing.rows:
        put(say(lang, "attendance/nobody"), err=True)
    if session.json:
        put_json({
            "kind": listing.kind, "rows": listing.rows, "people": len(listing.people), "bad_lines": listing.bad,
            **attrs.asdict(made), "unmatched": len(matched.unmatched),
            "unmatched_file": None if left is None else str(left),
        })  # fmt: skip
        return
    put(
        say(
            lang,
            "attendance/read",
            kind=listing.kind,
            rows=count(lang, listing.rows, "row"),
            people=len(listing.people),
        )
    )
    put(say(lang, "attendance/made", new=made.new, corrected=made.corrected, same=made.same))
    if made.late:
        put(say(lang, "attendance/late", number=made.late))
    if listing.bad:
        put(
            say(
                lang,
                "attendance/bad",
                lines=", ".join(map(str, listing.bad[:10])) + (" …" if len(listing.bad) > 10 else ""),
            )
        )
    if matched.unmatched:
        put(say(lang, "attendance/unmatched", number=len(matched.unmatched)) + ("" if left is None else f" {left}"))
