"""DNS records by name and type, as people speak of them.

words.py      what is typed, as the API writes it
tally.py      what came of an upsert: created, updated, deleted, or nothing
rehearsal.py  all requests of a change of several, though none is sent
"""
