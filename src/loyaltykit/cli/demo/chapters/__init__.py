"""The chapters of the demo's story."""
