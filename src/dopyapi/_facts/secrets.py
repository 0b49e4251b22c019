"""Which fields of requests and answers hold secrets, and which hold what is personal.

The document does not mark them; this table is made by hand from the names it has. Names are those of the fields, in
lower case. ``tests/emulator/test_recording_facts.py`` asks of each name that sounds like a secret where it stands here.
"""

from __future__ import annotations

import re

SECRET = {
    "access_cert": "Certificate",
    "access_key": "Key",
    "access_token": "Token",
    "access_tokens": "Token",
    "anthropic_api_key": "Key",
    "api_key": "Key",
    "api_keys": "Key",
    "api_token": "Token",
    "auth_key": "Key",
    "authorization": "Token",
    "basic_auth_password": "Password",
    "bgp_auth_key": "Key",
    "client-certificate-data": "Certificate",
    "client-key-data": "Key",
    "client_certificate_data": "Certificate",
    "client_key_data": "Key",
    "client_secret": "Secret",
    "datadog_api_key": "Key",
    "hf_token": "Token",
    "hugging_face_token": "Token",
    "id-token": "Token",
    "openai_api_key": "Key",
    "password": "Password",
    "presigned_url": "Url",
    "private_key": "Key",
    "refresh-token": "Token",
    "refresh_token": "Token",
    "registry_credentials": "Credentials",
    "secret": "Secret",
    "secret_key": "Key",
    "service_key": "Key",
    "sharedsecret": "Secret",
    "signature": "Signature",
    "signed_url": "Url",
    "token": "Token",
    "user_data": "Data",
}
"""Names whose texts are secrets wherever they stand, and what kind of one. Where such a field holds an object or a
list, the texts inside are, but for those under names of ``BESIDE``."""

BESIDE = frozenset(
    "agent agent_uuid channel created_at created_by deleted_at email expires_at id last_used_at models name namespace"
    " region scope scopes state status type updated_at usages uuid version".split()
)
"""What stands beside a secret in an object and is none."""

WITHIN = {
    ("auth", "auths"): "Credentials",
    ("identitytoken", "auths"): "Token",
    ("value", "envs"): "Value",
    ("url", "slack"): "Url",
    ("url", "slack_webhooks"): "Url",
    ("key", "namespace"): "Key",
    ("key", "namespaces"): "Key",
    ("key", "config"): "Key",
    ("sd", "config"): "Data",
    ("download_url", ""): "Url",
    ("upload_url", ""): "Url",
}
"""Names that are secrets only somewhere inside a field of the second name; ``""`` is the answer itself."""

HARMLESS = frozenset(
    "accept_hf_token_storage access_keys allow_credentials api_key_info api_key_infos api_key_uuid auth auth_plugin"
    " authority auths basic_auth basic_auth_username certificate_authority_data credentials"
    " enable_security_audit input_tokens input_tokens_details num_input_tokens num_output_tokens output_tokens"
    " output_tokens_details page_token prompt_tokens public_key stop_token token_usage tokens"
    " total_candidate_input_tokens total_candidate_output_tokens total_candidate_tokens total_judge_input_tokens"
    " total_judge_output_tokens total_judge_tokens total_tokens time_to_first_token_ns max_output_tokens".split()
)
"""Names that sound like a secret and hold none themselves; what stands inside is looked at by its own name."""

SOUNDS_SECRET = re.compile(
    r"passw|passphrase|secret|token|credential|signature|(^|[-_])auth|api[-_]?key|access[-_]?key|private[-_]?key"
    r"|auth[-_]?key|client[-_]?key",
    re.IGNORECASE,
)
"""What a name sounds like that this table does not know yet; its texts are taken for secrets."""

PERSONAL = {
    ("email", ""): "Email",
    ("emails", ""): "Email",
    ("user_email", ""): "Email",
    ("user_name", ""): "Name",
    ("user_company", ""): "Name",
    ("owner_uuid", ""): "Uuid",
    ("uuid", "account"): "Uuid",
    ("uuid", "team"): "Uuid",
    ("name", "account"): "Name",
    ("name", "team"): "Name",
    **{
        (name, "user_billing_address"): "Address"
        for name in "address_line1 address_line2 city region postal_code country_iso2_code".split()
    },
}
"""What says whose account it is: a name, and inside which field; ``""`` is anywhere."""

OWNER_NUMBER = "owner_id"
"""The number of an account, personal like its UUID."""

QUERY = re.compile(
    r"token|secret|passw|credential|signature|access_?key|api_?key|^(sig|auth.*)$|x-amz-(security|cred|sign)",
    re.IGNORECASE,
)
"""Names of query parameters whose values are secrets."""
