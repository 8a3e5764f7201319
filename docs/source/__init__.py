"""What the reference in docs/reference is made of: templates, short texts, and the code that fills them in.

A template is Markdown with lines such as ``<!-- keys: Rule -->``; a file of this folder writes what belongs there.
"""
