"""`python -m aic`: the same as the command `aic`."""
from aic.cli import main

main(prog_name="python -m aic")
