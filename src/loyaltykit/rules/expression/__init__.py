"""The safe expression language: text to a checked, typed tree, and from there to Python source."""
