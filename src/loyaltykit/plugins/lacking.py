"""What is wrong with a thing that a plug-in brings."""


class Lacking(ValueError):
    """What is brought is not what its seam needs; the message says what is missing."""
