"""A server for the tests to share, servers of their own, and a line for each test in the record of calls."""

import json
from importlib.metadata import version

import pytest
from product import ROOT, Product

RECORD = ROOT / "target/clients/python.ndjson"


@pytest.fixture(scope="session")
def product():
    """The server that all tests share: each writes the log of a customer of its own."""
    shared = Product()
    yield shared
    shared.stop()


@pytest.fixture
def own_product():
    """Starts servers with other settings, for one test."""
    started = []

    def start(**settings):
        started.append(Product(**settings))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    client, call = item.get_closest_marker("client"), item.get_closest_marker("call")
    if client and call and (report.when == "call" or report.failed):
        vendor, package = client.args
        name, request = call.args
        line = {
            "vendor": vendor,
            "client": f"PyPI {package} {version(package)}",
            "call": name,
            "request": request,
            "passed": report.passed,
        }
        RECORD.parent.mkdir(parents=True, exist_ok=True)
        with RECORD.open("a") as record:
            print(json.dumps(line), file=record)
    return report
