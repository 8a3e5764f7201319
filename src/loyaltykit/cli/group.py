"""All commands in one group."""

from __future__ import annotations

import click

from loyaltykit.cli.commands.adopt import adopt
from loyaltykit.cli.commands.announce import announce
from loyaltykit.cli.commands.bounce import bounce
from loyaltykit.cli.commands.by_hand import badge, pause
from loyaltykit.cli.commands.check import check
from loyaltykit.cli.commands.churn import churn
from loyaltykit.cli.commands.dead import dead
from loyaltykit.cli.commands.deliver import deliver
from loyaltykit.cli.commands.demo import demo
from loyaltykit.cli.commands.explain import explain
from loyaltykit.cli.commands.explain_program import explain_program
from loyaltykit.cli.commands.goals import goals
from loyaltykit.cli.commands.ideas import idea, ideas
from loyaltykit.cli.commands.import_attendance import import_attendance
from loyaltykit.cli.commands.init import init
from loyaltykit.cli.commands.leaderboard import leaderboard
from loyaltykit.cli.commands.member import member
from loyaltykit.cli.commands.new_channel import new_channel
from loyaltykit.cli.commands.overlay import overlay
from loyaltykit.cli.commands.plugins import plugins
from loyaltykit.cli.commands.points import adjust, cancel, redeem, transfer
from loyaltykit.cli.commands.policies import policies
from loyaltykit.cli.commands.preview import preview
from loyaltykit.cli.commands.run import run
from loyaltykit.cli.commands.schema import schema
from loyaltykit.cli.commands.survey import survey
from loyaltykit.cli.commands.tasks import fulfil, tasks
from loyaltykit.cli.commands.test import test
from loyaltykit.cli.commands.void import void
from loyaltykit.cli.commands.whatif import what_if
from loyaltykit.cli.commands.worker import worker
from loyaltykit.cli.frame import Group, Option, lang_option

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group("loyaltykit", cls=Group, help="help/root", context_settings=_CONTEXT)
@click.version_option(None, "--version", package_name="loyaltykit", cls=Option, help="help/version")
@lang_option
def cli() -> None:
    """The command line of loyaltykit."""


for _command in (
    demo, init, check, explain_program, test, run, worker, deliver, member, leaderboard, explain, preview, goals,
    ideas, idea,
    dead, bounce,
    overlay,
    import_attendance,
    announce,
    policies,
    survey, churn, tasks, fulfil, redeem, cancel, adjust, transfer, pause, badge, void, what_if, adopt, plugins, schema,
    new_channel,
):  # fmt: skip
    cli.add_command(_command)
