"""What dopyapi costs, beside a bare socket and beside other clients: `make bench` writes `docs/benchmarks.md`.

__main__.py        the whole run, the short one, and the parts
data.py            the fleets
environments.py    where each client is installed, by itself
site.py            the server that all clients ask; it counts its own work
contenders.py      who takes part, and how their programs are started
measure.py         fresh processes, in turn; medians
programs/          one file for each client, with the same tasks
rows/              the rows of the table, each with its goal
report.py plot.py  what is written
budgets.py         the short run: that everything runs, and that what is counted keeps its budget
parts/             single parts of the core by themselves: `python -m benchmarks parts`
"""
