"""What the account costs, to the penny.

``prices`` says what a document costs as it is, ``meter`` keeps at which price each ran and from when to when,
``invoices`` makes bills of that, ``printed`` and ``pdf`` write them down. Everything is counted in ``Decimal``:

- A resource costs from its creation to its destruction, powered on or off.
- An hour counts from when it begins, once, at the price that it began with; the least is one hour. A new month
  begins a new count.
- An item costs its hours times its hourly price, at most its monthly price, which 672 hours (28 days) reach. What is
  sold by the month alone costs a 672nd of that an hour.
- Each item is rounded to cents, halves up. Every sum is a sum of rounded items, so that they all agree.
- At the first moment of a month the last one's invoice is made, unless there is nothing to bill. A day later the
  account's card pays whatever is owed.

No tax is charged, transfer is not metered, and there are no credits.
"""
