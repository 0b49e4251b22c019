"""An exchange: what is sent, what is sent again, and what becomes of the answer."""

from __future__ import annotations

import pickle
import traceback

import pytest

import dopyapi as do
from dopyapi._core.retry import RetryPolicy, retry_after
from dopyapi._core.steps import Response

DROPLET = {"droplet": {"id": 5, "name": "web", "status": "active"}}


async def test_the_token_and_the_path_go_out(script, call):
    script.answer(200, DROPLET)
    droplet = await call(do.Droplet.fetch, 5)
    (request,) = script.requests
    assert request.url == "https://api.example/v2/droplets/5"
    assert request.headers["authorization"] == "Bearer secret-token"
    assert droplet.name == "web"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_what_can_be_repeated_is_repeated(script, call, status):
    script.answer(status).answer(status).answer(200, DROPLET)
    assert (await call(do.Droplet.fetch, 5)).id == 5
    assert script.asked == ["GET /droplets/5"] * 3
    assert script.slept == [0.5, 1.0]


async def test_a_post_that_may_have_happened_is_not_sent_again_blindly(script, call):
    script.answer(502, b"<html>bad gateway</html>", {"content-type": "text/html"})
    with pytest.raises(do.UncertainResult, match=r"bad gateway.*may have been done.*/droplets/actions") as caught:
        await call(do.Droplet.action_by_tag_name, "web", "shutdown")
    assert len(script.requests) == 1
    assert isinstance(caught.value.__cause__, do.DOError)
    assert caught.value.status == 502
    assert caught.value.attempts == 1


async def test_a_post_that_was_refused_for_its_rate_is_sent_again(script, call):
    script.answer(429, headers={"retry-after": "7"}).answer(202, DROPLET)
    await call(do.Droplet.new, name="web")
    assert script.slept == [7.0]


async def test_a_post_that_never_left_is_sent_again(script, call):
    script.fail(do.NetworkError("cannot connect", sent=False)).answer(202, DROPLET)
    assert (await call(do.Droplet.new, name="web")).id == 5


async def test_a_post_that_may_have_arrived_is_not(script, call):
    script.fail(do.RequestTimeout("no answer within 60 s"))
    with pytest.raises(do.UncertainResult, match="no answer within 60 s; it may have been done") as caught:
        await call(do.Droplet.action_by_tag_name, "web", "shutdown")
    assert isinstance(caught.value.__cause__, do.RequestTimeout)
    assert (caught.value.method, caught.value.path, caught.value.attempts) == ("POST", "/droplets/actions", 1)


async def test_patience_ends(script, call):
    for _ in range(3):
        script.answer(503, {"id": "service_unavailable", "message": "later"}, {"x-request-id": "r-1"})
    with pytest.raises(do.DOError) as caught:
        await call(do.Droplet.fetch, 5)
    error = caught.value
    assert (error.status, error.id, error.message) == (503, "service_unavailable", "later")
    assert (error.request_id, error.method, error.path, error.attempts) == ("r-1", "GET", "/droplets/5", 3)
    assert str(error) == "GET /droplets/5: 503 service_unavailable: later (request id r-1) after 3 attempts"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, do.ClientError),
        (401, do.UnauthorizedError),
        (403, do.ClientForbiddenError),
        (404, do.ResourceNotFoundError),
        (409, do.ConflictError),
        (412, do.PreconditionFailedError),
        (415, do.ClientError),
        (422, do.UnprocessableError),
        (501, do.DOError),
    ],
)
def test_each_status_has_its_class(script, status, kind):
    script.answer(status, {"id": "x", "message": "no"})
    with pytest.raises(kind) as caught:
        do.Droplet.fetch(5)
    assert type(caught.value) is kind
    assert isinstance(caught.value, do.DOPyError)
    assert isinstance(caught.value, do.ClientError) == (400 <= status < 500 and status not in (403, 404))


@pytest.mark.parametrize(
    ("body", "content_type", "name", "message"),
    [
        (b'{"id":"not_found","message":"none"}', "application/json", "not_found", "none"),
        (b'{"error":"bad","messages":["too long","odd"],"root_causes":[]}', "application/json", "bad", "too long, odd"),
        (b'{"error":{"message":"no model","type":"invalid"}}', "application/json", "invalid", "no model"),
        (b"", "application/json", None, "the answer has no body"),
        (b"<b>  no", "text/html; charset=utf-8", None, "the answer is text/html, not an API error: <b> no"),
        (b"\xff\xfe{", "application/json", None, "the answer is application/json, not an API error: \ufffd\ufffd{"),
        (b"[1]", "application/json", None, "the answer is application/json, not an API error: [1]"),
        (b"null", "", None, "the answer is unknown type, not an API error: null"),
    ],
)  # fmt: skip
def test_error_bodies_of_every_kind_are_read(script, body, content_type, name, message):
    script.answer(400, body, {"content-type": content_type})
    with pytest.raises(do.ClientError) as caught:
        do.Droplet.fetch(5)
    assert (caught.value.id, caught.value.message) == (name, message)


def test_any_2xx_is_a_success(script):
    script.answer(200, DROPLET).answer(201, DROPLET).answer(207, DROPLET)
    assert [do.Droplet.new(name="web").id for _ in range(3)] == [5, 5, 5]


def test_errors_survive_pickling(script):
    script.answer(404, {"id": "not_found", "message": "none"}, {"x-request-id": "r"})
    with pytest.raises(do.ResourceNotFoundError) as caught:
        do.Droplet.fetch(5)
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
    assert (again.status, again.request_id) == (404, "r")


class TestTheToken:
    def test_it_is_found_in_the_environment_in_this_order(self, monkeypatch):
        names = ("DO_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN")
        for name in names:
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(do.AuthenticationNeeded, match="DO_TOKEN"):
            do.Client()
        for name in reversed(names):
            monkeypatch.setenv(name, f"from {name}")
            assert do.Client().token == f"from {name}"
        assert do.Client("given").token == "given"

    def test_it_is_seen_nowhere(self, script):
        client = do.Client("s3cret", transport=script, retries=0)
        script.answer(500, {"id": "x", "message": "y"})
        with do.using(client), pytest.raises(do.DOError) as caught:
            do.Droplet.fetch(5)
        shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
        assert "Bearer" not in shown
        for text in (
            shown,
            repr(client),
            repr(script.requests),
            repr(vars(client)),
            repr(caught.value),
            str(caught.value),
        ):
            assert "s3cret" not in text
        with pytest.raises(TypeError, match="token"):
            pickle.dumps(client)

    def test_it_goes_to_the_configured_host_only(self, script):
        with pytest.raises(do.ClientError, match="only place"):
            do.Resource(do.Droplet).get("https://elsewhere.example/v2/droplets")
        assert not script.requests

    def test_it_does_not_follow_a_redirect_to_another_host(self, script):
        script.answer(302, headers={"location": "https://files.example/x"}).answer(200, {"here": True})
        assert do.Resource(do.Droplet).get("droplets") == {"here": True}
        assert "authorization" in script.requests[0].headers
        assert "authorization" not in script.requests[1].headers

    def test_it_follows_one_on_the_same_host(self, script):
        script.answer(307, headers={"location": "/v2/droplets/"}).answer(200, {"here": True})
        do.Resource(do.Droplet).get("droplets")
        assert script.requests[1].headers["authorization"] == "Bearer secret-token"

    def test_a_redirect_of_what_changes_something_is_an_error(self, script):
        script.answer(302, headers={"location": "/v2/other"})
        with pytest.raises(do.DOError, match="redirect"):
            do.Droplet.new(name="web")

    def test_redirects_end(self, script):
        for n in range(6):
            script.answer(302, headers={"location": f"/v2/{n}"})
        with pytest.raises(do.DOError, match="redirect"):
            do.Resource(do.Droplet).get("droplets")


class TestTheBaseURL:
    @pytest.mark.parametrize(
        ("given", "base"),
        [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v2"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/v2"),
            ("http://127.0.0.1:8080/v2/", "http://127.0.0.1:8080/v2"),
            ("https://gateway.example/do/v2", "https://gateway.example/do/v2"),
        ],
    )
    def test_it_may_have_v2_or_not(self, given, base):
        assert do.Client("t", given).base_url == base

    def test_the_argument_wins_over_the_environment_unless_it_is_the_default(self, monkeypatch):
        monkeypatch.setenv("DIGITALOCEAN_API_URL", "http://127.0.0.1:1/")
        assert do.Client("t").base_url == "http://127.0.0.1:1/v2"
        assert do.Client("t", "http://127.0.0.1:2").base_url == "http://127.0.0.1:2/v2"

    @pytest.mark.parametrize("wrong", ["api.digitalocean.com", "ftp://x/v2", "https://user:pw@x/v2", ""])
    def test_what_is_no_such_url_is_refused(self, wrong):
        with pytest.raises(ValueError, match="base_url"):
            do.Client("t", wrong)


class TestPaths:
    @pytest.mark.parametrize("id", ["../account", "a/b", "x?y=1", "x#y", "ü", "a b"])
    def test_an_id_cannot_leave_its_place(self, script, id):
        script.answer(200, DROPLET)
        do.Droplet.fetch(id)
        tail = script.requests[0].url.removeprefix("https://api.example/v2/droplets/")
        assert not set(tail) & set("/?# ü")

    @pytest.mark.parametrize("id", ["", ".", ".."])
    def test_an_id_that_is_none_is_refused_before_anything_is_sent(self, script, id):
        droplet = do.Droplet()
        droplet.id = id
        for attempt in (droplet.load, droplet.delete, droplet.reboot):
            with pytest.raises(do.ClientError):
                attempt()
        assert not script.requests


class TestRetryDecisions:
    policy = RetryPolicy(3, jitter=lambda: 0.0)

    def response(self, status, **headers):
        return Response(status, headers, b"")

    def test_delays_grow_to_a_bound(self):
        assert [self.policy.backoff(n) for n in range(1, 8)] == [0.25, 0.5, 1, 2, 4, 4, 4]

    def test_the_api_may_ask_for_more_but_not_for_ever(self):
        assert self.policy.delay("GET", Response(429, {"retry-after": "20"}, b""), 1) == 20
        assert self.policy.delay("GET", Response(429, {"retry-after": "3000"}, b""), 1) == 60

    def test_an_odd_retry_after_is_none(self):
        assert retry_after(Response(429, {"retry-after": "soon"}, b"")) is None
        assert retry_after(Response(429, {"retry-after": "-3"}, b"")) is None

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 501])
    def test_what_will_not_change_is_not_repeated(self, status):
        assert self.policy.delay("GET", self.response(status), 1) is None


class TestAccounts:
    def test_authenticate_sets_the_default_and_says_so(self, monkeypatch, script):
        monkeypatch.setattr(do.Resource, "auth", None)
        before = do._core.accounts._default if hasattr(do, "_core") else None
        do.authenticate("tok", "http://127.0.0.1:9")
        try:
            assert do.Resource.auth.token == "tok"
            assert do.Droplet.auth is do.Resource.auth
            assert do.Resource.auth.base_url == "http://127.0.0.1:9/v2"
            assert "tok" not in repr(do.Resource.auth)
        finally:
            from dopyapi._core import accounts

            accounts.set_default(before)

    async def test_an_object_remembers_the_client_it_came_from(self, script, call):
        script.answer(200, DROPLET).answer(201, {"action": {"id": 1, "status": "completed"}})
        droplet = await call(do.Droplet.fetch, 5)
        other = do.Client("other", transport=script)
        with do.using(other):
            await call(droplet.reboot)
        assert script.requests[1].headers["authorization"] == "Bearer secret-token"

    async def test_on_is_explicit(self, script, call):
        other = do.Client("other", "https://other.example", transport=script)
        script.answer(200, {"droplets": [], "meta": {"total": 0}})
        await call(do.Droplet.list.on(other))
        assert script.requests[0].url.startswith("https://other.example/v2/droplets")
        assert script.requests[0].headers["authorization"] == "Bearer other"

    async def test_with_response_gives_the_answer_too(self, script, call):
        script.answer(200, {"droplets": [], "meta": {"total": 0}}, {"ratelimit-remaining": "7"})
        page, response = await call(do.Droplet.list.with_response, tag_name="x")
        assert page == []
        assert (response.status, response.headers["ratelimit-remaining"]) == (200, "7")
