"""Draft the messages of program.yaml with the fake model, and show what a student then reads."""

import datetime as dt
from pathlib import Path

import loyaltykit as lk
from examples.drafting.fake_model import loyaltykit_draft_message

PROGRAM = Path(__file__).parent / "program.yaml"
NOW = dt.datetime(2026, 9, 1, 10, tzinfo=dt.UTC)


def main() -> None:
    with lk.Loyalty(lk.Program.load(PROGRAM), drafter=loyaltykit_draft_message) as kit:
        for made in kit.draft():
            place = " ".join(filter(None, (made.message, made.locale, made.channel)))
            verdict = "accepted" if made.drafted.accepted else "refused, the author's text stands"
            print(f"{place}: {verdict} (asked {made.drafted.asked} times)")
            for reason in made.drafted.reasons:
                print(f"    {reason.words('en')}")
            print(f"    > {made.drafted.template.text}")
        kit.update_member("anna", {"name": "Анна"}, at=NOW)
        kit.record(lk.Event("q1", "quiz.failed", "anna", NOW + dt.timedelta(hours=1), {"course": "py", "quiz": "4"}))
        for channel, words in kit.preview("come-back", "anna").words.items():
            print(f"{channel}: {words.text}")


if __name__ == "__main__":
    main()
