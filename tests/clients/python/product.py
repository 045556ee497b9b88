"""The product under test: a server of its own over a fresh data folder, and the command line beside it."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
BINARY = os.environ.get("DAYBOOK_TEST_BINARY", str(ROOT / "target/debug/daybook"))
# Settings that a developer may have are not the tests'.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")}


class Product:
    """A running server. `settings` are those of `daybook serve`, such as `monthly_quota=3`."""

    def __init__(self, **settings):
        self.folder = tempfile.TemporaryDirectory(prefix="daybook-clients-")
        self.environment = ENVIRONMENT | {"DAYBOOK_DATA": self.folder.name}
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        self.server = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", *flags],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        said = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in self.server.stdout)
        found = next(filter(None, said), None)
        if not found:
            raise RuntimeError("the server ended before it said where it listens")
        self.origin = found[0]
        self.key = self.create_key("tests")

    def daybook(self, *words):
        """Runs a command beside the server; its output."""
        return subprocess.run(
            [BINARY, *words], env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def create_key(self, name):
        """A fresh API key: `id`, `secret` and `bearer`."""
        return json.loads(self.daybook("key", "create", "--name", name, "--json"))

    def stop(self):
        self.server.terminate()
        self.server.wait(timeout=30)
        self.server.stdout.close()
        self.folder.cleanup()
