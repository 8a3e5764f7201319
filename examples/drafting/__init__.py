"""Messages drafted by a model that is none."""
