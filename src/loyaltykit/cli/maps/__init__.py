"""Mappings: how a row of somebody's table becomes events. `examples/getcourse/README.md` teaches the language.

`model.py` is the document, `load.py` reads and checks it, `cells.py` and `times.py` turn texts into values, `rows.py`
rows into events.
"""
