from loyaltykit.cli.frame import command


@command("explain")
def explain(session): ...
