"""What the firm chose: `team.toml` read, checked with every fault at once, and compiled to the team that Lambda loads.

notation    how hours, times, days off and addresses are written
schema      every setting: its name, its shape, its default, an example
agreement   do the settings agree with each other?
check       text → settings, or Refused with every fault
compile     settings + today → Team
lines       on which line of the file a fault is
command     `byname check`
"""
