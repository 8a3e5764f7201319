"""How fast it is, beside others: `python -m benchmarks` measures and prints one table."""
