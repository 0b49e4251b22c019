"""What a month costs: what the invoice says, and what it will say when the month is over.

bill.py        the lines of a month's invoice, and what runs
forecast.py    what each resource will have cost by the end of the month
grouping.py    both, by product, project or resource
screen.py      bars in a terminal, plain text elsewhere
plot.py        bars in a picture
"""
