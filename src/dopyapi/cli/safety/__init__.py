"""What stands between a command and a change that is regretted.

asking.py         destructive commands ask, naming what goes
consequences.py   what a deletion drags along
dry_run.py        what would be sent, shown and not sent
prices.py         what a change costs or saves a month
"""
