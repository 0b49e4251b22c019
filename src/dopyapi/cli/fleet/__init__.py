"""All that an account has, at one moment, for commands that look at it as a whole.

fetching.py   the listings, fetched together: plain JSON
prices.py     what a thing costs a month, and who says so
addresses.py  which addresses a thing has
guarding.py   which firewalls a Droplet is behind
"""

from .fetching import Fleet, fetch

__all__ = ["Fleet", "fetch"]
