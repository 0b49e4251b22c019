"""The page at / as people meet it, in Debian's Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import dopyapi as do

from . import chromium
from .account import Api, fill

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if why := chromium.missing():
        pytest.skip(why)
    with chromium.started() as driver:
        yield driver


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with do.testing.server("--clock", "virtual", "--speed", "1") as server:
        made = Api(server.url, server.token)
        fill(made)
        yield made


def until(driver: Any, true: Callable[[], Any], what: str) -> Any:
    """Wait for something to become true of the page."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(driver, 15, 0.05).until(lambda _: true(), what)


def text(driver: Any) -> str:
    found: str = driver.execute_script("return document.body.innerText")
    return found


def looked_at(driver: Any, url: str, width: int = 1200) -> None:
    chromium.shaped(driver, width)
    driver.get("about:blank")
    driver.get(url)
    until(
        driver,
        lambda: driver.execute_script("return document.documentElement.dataset.requests !== undefined"),
        "it shows",
    )


def complaints(driver: Any) -> list[str]:
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def test_what_exists_is_shown_by_kind_and_nothing_is_complained_of(browser: Any, api: Api) -> None:
    looked_at(browser, api.url)
    shown = browser.find_element("id", "nav").text.lower()
    for kind in ("droplets", "volumes", "firewalls", "load balancers", "domains", "kubernetes", "actions", "requests"):
        assert kind in shown
    assert complaints(browser) == []


def test_a_droplet_that_is_made_meanwhile_appears_by_itself(browser: Any, api: Api) -> None:
    looked_at(browser, f"{api.url}/#/droplets")
    assert "newcomer" not in text(browser)
    api.droplet("newcomer")
    until(browser, lambda: "newcomer" in text(browser), "the new Droplet is shown")
    api.advance(600)


def test_an_action_is_seen_to_end(browser: Any, api: Api) -> None:
    number = api.droplet("acting")
    api.advance(600)
    looked_at(browser, f"{api.url}/#/actions")
    api("POST", f"/v2/droplets/{number}/actions", {"type": "reboot"})
    until(browser, lambda: "in-progress" in text(browser) or "in progress" in text(browser).lower(), "it is under way")
    api.advance(600)
    until(browser, lambda: "in-progress" not in text(browser).lower(), "it has ended")


def test_the_latest_requests_are_shown_with_their_status(browser: Any, api: Api) -> None:
    looked_at(browser, f"{api.url}/#/requests")
    api("GET", "/v2/droplets/123456")
    until(browser, lambda: "/v2/droplets/123456" in text(browser) and "404" in text(browser), "the request is shown")


def test_a_name_that_is_markup_stays_text(browser: Any, api: Api) -> None:
    hostile = "<img src=x onerror=document.title='taken'>"
    api("POST", "/v2/projects", {"name": hostile, "purpose": "<script>document.title='taken'</script>"})
    looked_at(browser, f"{api.url}/#/projects")
    until(browser, lambda: hostile in text(browser), "it is shown as it is written")
    assert "taken" not in browser.title
    assert browser.execute_script("return document.querySelectorAll('main img').length") == 0


@pytest.mark.parametrize("width", [320, 400, 768, 1200])
@pytest.mark.parametrize("view", ["", "#/droplets", "#/actions", "#/requests"])
def test_nothing_is_cut_off_on_a_narrow_screen(browser: Any, api: Api, width: int, view: str) -> None:
    looked_at(browser, f"{api.url}/{view}", width)
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide <= width


def test_each_control_has_a_name_that_can_be_read_out(browser: Any, api: Api) -> None:
    looked_at(browser, api.url)
    controls = browser.find_elements("css selector", "button, a[href], input")
    assert controls
    nameless = [
        found.get_attribute("outerHTML") for found in controls if found.is_displayed() and not found.accessible_name
    ]
    assert nameless == []


def test_a_token_is_asked_for_where_one_is_needed(browser: Any) -> None:
    with do.testing.server("--token", "sesame") as server:
        chromium.shaped(browser, 400)
        browser.get(server.url)
        field = until(browser, lambda: browser.find_elements("id", "token"), "it asks")[0]
        field.send_keys("wrong\n")
        until(browser, lambda: "not the one" in text(browser), "it says so")
        browser.find_element("id", "token").send_keys("sesame\n")
        until(browser, lambda: browser.find_element("id", "nav").is_displayed(), "it shows the account")
        browser.get_log("browser")


def test_an_emulator_that_is_gone_is_said_to_be(browser: Any) -> None:
    with do.testing.server() as server:
        looked_at(browser, server.url)
    until(browser, lambda: browser.find_element("id", "banner").is_displayed(), "it says that nobody answers")
    browser.get_log("browser")


def test_an_account_is_emptied_only_after_a_question(browser: Any, api: Api) -> None:
    looked_at(browser, api.url)
    browser.find_element("id", "reset").click()
    question = until(browser, lambda: browser.find_element("id", "ask"), "it asks")
    assert question.is_displayed()
    before = len(api("GET", "/v2/droplets?per_page=200")["droplets"])
    assert before > 0
    question.find_elements("css selector", "button")[-1].click()
    until(browser, lambda: not api("GET", "/v2/droplets")["droplets"], "the account is empty")
