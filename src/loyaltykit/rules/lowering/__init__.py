"""One file a mechanic: from the document's model to operations on slots."""
