"""Gaps that are one matter, found, named and kept together. Pure: what is decided is written by `signpost.triage`."""
