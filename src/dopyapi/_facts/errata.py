"""What the official document has wrong, or leaves to be known, as far as it decides whether a request is right.

Read by the SDK's checks and by the emulator's, so that neither asks for what production does not.
"""

from __future__ import annotations

DOCUMENT_ERRORS: dict[str, frozenset[str]] = {
    # Fields the document requires, or whose choices it lists short, while production does not mind.
    "domains_create_record": frozenset({"flags", "name", "tag"}),
    "domains_patch_record": frozenset({"type"}),
    "domains_update_record": frozenset({"type"}),
    "dropletActions_post": frozenset({"type", "backup_policy"}),
    "dropletActions_post_byTag": frozenset({"type"}),
    "loadBalancers_create": frozenset({"forwarding_rules", "region"}),
    "loadBalancers_update": frozenset({"forwarding_rules", "region"}),
    "monitoring_create_alertPolicy": frozenset({"alerts"}),
    "monitoring_update_alertPolicy": frozenset({"alerts"}),
    "projects_create": frozenset({"environment"}),
    "projects_patch": frozenset({"environment"}),
    "projects_patch_default": frozenset({"environment"}),
    "projects_update": frozenset({"environment"}),
    "projects_update_default": frozenset({"environment"}),
    "tags_assign_resources": frozenset({"resource_type"}),
    "uptime_create_check": frozenset({"method"}),  # which it has no such field for
    "volumes_create": frozenset({"region", "size_gigabytes"}),  # a snapshot has both
    "volumeActions_post": frozenset({"volume_name"}),  # in its examples and prose, not in its schema
}

NOT_REQUIRED: dict[str, frozenset[str]] = {
    # Each form of the document requires its own, and production takes a request with neither.
    "loadBalancers_create": frozenset({"droplet_ids", "tag"}),
    "loadBalancers_update": frozenset({"droplet_ids", "tag"}),
}
"""Further fields that need not be there; what they hold is right in the document."""

ALSO_TEXT: dict[str, frozenset[str]] = {
    # Numbers that the document's own command lines send as strings.
    "loadBalancers_create": frozenset({"size_unit"}),
    "loadBalancers_update": frozenset({"size_unit"}),
    "volumeActions_post": frozenset({"droplet_id"}),
}
"""Fields of another type in the official examples than in the schemas, which production takes either way."""

ASKING = frozenset({"apps_validate_appSpec", "registries_validate_name", "registry_validate_name"})
"""Operations whose answer is whether the request is right: what is wrong is theirs to say."""

PAGED = frozenset({"floatingIPsAction_list", "reservedIPsActions_list", "imageActions_list"})
"""Listings whose answers have pages while the document lists no parameters for them."""

OPEN_CHOICES = frozenset({"region_slug", "distribution"})
"""Schemas whose list of choices is shorter than production's."""

OPEN_PATTERNS = {
    # A list of the kinds there were; production has more by now, such as apps.
    "^do:(dbaas|domain|droplet|floatingip|loadbalancer|space|volume|kubernetes|vpc):.*": r"^do:\w+:.*",
}
"""Patterns that are lists of choices in disguise, and what to hold a value against instead."""

REPLACEMENTS = {
    "algorithm": "leave it out: load balancers choose by themselves",
    "cors": "use the rules of spec.ingress",
    "floating_ips": "use reserved_ips",
    "prefix": "use exact or regex",
    "private_networking": "use vpc_uuid; without one it joins its region's default VPC",
    "routes": "use the rules of spec.ingress",
    "size": "use size_unit; size is for ams2, nyc2 and sfo1 only",
}
"""What to do instead of sending a field that the document marks as deprecated."""

PATTERN_WORDS = {
    "^[a-zA-Z0-9]?[a-z0-9A-Z.\\-]*[a-z0-9A-Z]$": "letters, digits, '.' and '-', with a letter or digit at both ends",
    "^[a-zA-Z0-9][a-zA-Z0-9\\.-]+$": "letters, digits, '.' and '-', with a letter or digit first, two at least",
    "^[a-zA-Z0-9\\-\\.]+$": "letters, digits, '.' and '-'",
    "^[a-zA-Z0-9\\-]+$": "letters, digits and '-'",
    "^[a-z0-9-]{1,63}$": "1 to 63 small letters, digits and '-'",
    "^[a-zA-Z0-9_\\-\\:]+$": "letters, digits, '_', '-' and ':'",
    "^[a-z][a-z0-9-]{0,30}[a-z0-9]$": "2 to 32 small letters, digits and '-', with a letter first and no '-' last",
    "^[_A-Za-z][_A-Za-z0-9]*$": "letters, digits and '_', with no digit first",
    r"^do:\w+:.*": "a resource name such as do:droplet:5",
    "^$|[0-9a-f]{8}\\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\\b[0-9a-f]{12}": "a UUID in small letters",
    "^https://": "a URL that begins with https://",
}
"""What a pattern asks for, in words."""
