"""The product under test: a server of its own over a fresh data folder, and the command line beside it."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[3]
BINARY = os.environ.get("DAYBOOK_TEST_BINARY", str(ROOT / "target/debug/daybook"))
# Settings that a developer may have are not the tests'.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")}


class Product:
    """A running server. `settings` are those of `daybook serve`, such as `monthly_quota=3`; in the mode `strict` it
    refuses what the vendors refuse, so organizations and actions are there only once they are made."""

    def __init__(self, mode="open", **settings):
        self.mode = mode
        self.organizations = {}
        self.actions = set()
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
        self.daybook("strictness", "set", "--workos", mode, "--retraced", mode)

    def organization(self, name):
        """The id of an organization that WorkOS's events may be of: one that was made, where it must be."""
        if self.mode == "open":
            return name
        if name not in self.organizations:
            self.organizations[name] = self.post("/organizations", {"name": name})["id"]
        return self.organizations[name]

    def action(self, name):
        """The name of an action that WorkOS's events may have: one with a schema, where it must have one."""
        if self.mode != "open" and name not in self.actions:
            self.post(f"/audit_logs/actions/{name}/schemas", {"targets": [{"type": "team"}]})
            self.actions.add(name)
        return name

    def post(self, path, body):
        """The answer to JSON that is sent with the server's key."""
        headers = {"authorization": f"Bearer {self.key['bearer']}", "content-type": "application/json"}
        request = Request(self.origin + path, json.dumps(body).encode(), headers)
        with urlopen(request) as answer:
            return json.load(answer)

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
