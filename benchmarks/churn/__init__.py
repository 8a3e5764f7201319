"""Churn measured: each part is a module with `run`, named in benchmarks/__main__.py."""
