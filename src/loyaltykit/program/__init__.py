"""The document a school writes: read, checked and loaded."""
