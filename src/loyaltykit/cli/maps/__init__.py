"""Mappings: how a row of somebody's table becomes events. `docs/how-to/read-an-export.md` teaches the language.

`model.py` is the document, `load.py` reads and checks it, `cells.py` turns texts into values, `rows.py` rows into events.
"""
