"""What the tests of the command line share: a small program, events, and a way to run a command."""

import json
from pathlib import Path

from click.testing import CliRunner

from loyaltykit.cli.group import cli

ROOT = Path(__file__).parents[2]

PROGRAM = """\
program: school
timezone: Europe/Moscow
events:
  lesson.completed: {course: text}
  quiz.passed: {score: number, passed: optional boolean, taken: optional date}
  order.paid: {order: text, amount: money}
member: {name: text}
points: {xp: {label: {en: Experience, ru: Опыт}}, stars: {spendable: true, pending: 14d}}
rules:
  - {id: lesson, on: lesson.completed, award: {xp: 10}}
  - {id: quiz, on: quiz.passed, when: event.score >= 0.5, award: {xp: "20 * event.score"}, cap: {xp: 15, per: day}}
  - {id: paid, on: order.paid, award: {stars: event.amount / 100}, key: event.order}
levels: {by: xp, steps: {Newcomer: 0, Explorer: 30}}
streaks: {study: {label: Days in a row, on: lesson.completed, every: day}}
badges: {first: {label: First step, count: lesson.completed, steps: {one: 1}}}
quests: {pair: {label: A pair, within: 7d, steps: [{on: lesson.completed, times: 2}, {on: quiz.passed}]}}
rewards: {review: {label: A review, cost: {stars: 50}}}
cases:
  - {name: a lesson is ten, given: [{lesson.completed: {course: py}}], then: {points: {xp: 10}}}
"""


def invoke(*arguments, given=None, lang="en"):
    """Run the command line in this process; what it printed and how it ended."""
    return CliRunner().invoke(cli, [*map(str, arguments), "--lang", lang], input=given)


def program_in(folder, text=PROGRAM):
    path = folder / "program.yaml"
    path.write_text(text, "utf-8")
    return path


def event(id, type="lesson.completed", at="2026-09-01T10:00:00+03:00", member="ann", **data):
    fields = data or ({"course": "py"} if type == "lesson.completed" else {})
    return {"id": id, "type": type, "member": member, "at": at, "data": fields}


def jsonl(path, *events):
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in events), "utf-8")
    return path


def quarantined(path):
    """The lines of a quarantine file, none when there is no file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def run(folder, *arguments, **options):
    """`run` into the folder's store, with JSON; the summary and the whole result."""
    result = invoke("run", folder / "program.yaml", *arguments, "--store", store(folder), "--json", **options)
    return json.loads(result.stdout) if result.stdout.startswith("{") else {}, result


def store(folder):
    return f"sqlite:///{folder / 'school.db'}"


def member(folder, id="ann", at="2026-12-01"):
    return json.loads(invoke("member", id, "--store", store(folder), "--at", at, "--json").stdout)
