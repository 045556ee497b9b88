"""A server for the tests to share, servers of their own, and a line for each test in the record of calls."""

import json
from importlib.metadata import version

import pytest
from product import ROOT, Product

RECORD = ROOT / "target/clients/python.ndjson"


#: The vendors whose rules a project may keep, or not.
CHOSEN = {"WorkOS"}


def pytest_generate_tests(metafunc):
    """Every test of a vendor whose rules may be kept runs against a server that keeps them, too."""
    if "product" in metafunc.fixturenames:
        vendor = metafunc.definition.get_closest_marker("client").args[0]
        modes = ["open", "strict"] if vendor in CHOSEN else ["open"]
        metafunc.parametrize("product", modes, indirect=True, scope="session")


@pytest.fixture(scope="session")
def product(request):
    """The server that all tests of a mode share: each writes the log of a customer of its own."""
    shared = Product(mode=request.param)
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
            "mode": getattr(item.funcargs.get("product"), "mode", "open"),
            "passed": report.passed,
        }
        RECORD.parent.mkdir(parents=True, exist_ok=True)
        with RECORD.open("a") as record:
            print(json.dumps(line), file=record)
    return report
