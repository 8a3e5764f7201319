"""`python -m loyaltykit`: the command line."""

from loyaltykit.cli import main

main()
