"""Seeds: a fleet described in a page, which an emulator then has.

    droplets:
      - {name: "web-{1..3}", region: ams3, size: s-1vcpu-1gb, image: ubuntu-24-04-x64, tags: [web]}
    volumes:
      - {name: data, region: ams3, size_gigabytes: 100, droplet: web-1}

``reading`` makes items of the text, each value with its line; ``collections`` says what there can be and what it
depends on; ``planting`` makes it so, through the behaviour that answers requests, and settles it at once.
"""

from .planting import plant as plant
from .reading import SeedError as SeedError
from .reading import read as read

__all__ = ["SeedError", "plant", "read"]
