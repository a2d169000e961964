"""`python -m byname`, for when the command is not on the path."""

from byname.cli import main

main(prog_name="byname")
