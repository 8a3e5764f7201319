"""The Open University Learning Analytics Dataset as events, and a loyalty program over them.

`python -m examples.oulad --data DIR` runs it all; the README beside this file says more.
"""
