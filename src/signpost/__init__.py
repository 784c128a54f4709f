"""Signpost: where to turn with special educational needs and disabilities in Cambridgeshire."""

__version__ = "0.1.0"
