"""Writing resources as JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from ._core.codec import encode
from ._core.resource import Resource


class DOJSONEncoder(json.JSONEncoder):
    """Encodes resources and their values: ``json.dump(droplets, file, cls=do.DOJSONEncoder)``.

    A resource becomes all its attributes, a time ISO 8601.
    """

    def default(self, o: Any) -> Any:
        """What to write for an object that JSON does not know.

        Args:
            o: the object.

        Raises:
            TypeError: it is none of ours.
        """
        if isinstance(o, Resource):
            return o.json()
        if hasattr(o, "getJSON") or isinstance(o, datetime | date | set | frozenset):
            return encode(o)
        return super().default(o)
