"""Events out of files: opened, read, ordered by time, recorded, with a quarantine for what cannot be taken.

`opening.py` opens what is compressed or not, `jsonl.py`, `table.py` and `parquet.py` read, `ordering.py` sorts in
bounded memory, `quarantine.py` and `progress.py` report, `recording.py` drives it all.
"""
