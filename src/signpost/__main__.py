"""`python -m signpost`: the command line."""

from .cli import main

main()
