from loyaltykit.cli.frame import command


@command("member")
def member(session): ...
