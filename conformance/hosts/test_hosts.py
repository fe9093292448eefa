"""Runs each program as it stands, under `draftbox exec` and without it."""

import json
import os
import shutil
import subprocess
import sys
import unittest

import admin

BIN = os.path.abspath(os.environ.get("DRAFTBOX_BIN", "../../bin/draftbox"))
MUST_HAVE_ALL = "runtimes" in os.environ.get("DRAFTBOX_TEST_REQUIRE", "")

# Name, what runs it, and what else must be there for it.
PROGRAMS = [
    ("Node https", ["node", "programs/https.js"], None),
    ("Node fetch", ["node", "programs/fetch.mjs"], ["node", "-e", "fetch"]),
    ("Python requests", [sys.executable, "programs/with_requests.py"], None),
    ("Python urllib", [sys.executable, "programs/with_urllib.py"], None),
    ("PHP curl", ["php", "programs/curl.php"], ["php", "-r", "exit(extension_loaded('curl') ? 0 : 1);"]),
    ("PHP streams", ["php", "programs/streams.php"], None),
    ("Java", ["java", "programs/Drafts.java"], ["javac", "-version"]),
    ("Go", ["go", "run", "programs/drafts.go"], None),
    ("Ruby", ["ruby", "programs/drafts.rb"], None),
    ("curl", ["sh", "programs/curl.sh"], ["curl", "--version"]),
    ("wget", ["sh", "programs/wget.sh"], ["wget", "--version"]),
]


def run(*argv, timeout=120):
    return subprocess.run(argv, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=timeout)


def under_exec(*argv):
    return run(BIN, "exec", "--", *argv)


class Hosts(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        component = admin.new_component()
        admin.upload(component, "3.2.1", "真实域名", "小明")
        cls.token = admin.call("POST", f"/components/{component['appid']}/tokens")["component_access_token"]

    def need(self, argv, probe=None):
        """Skip where a runtime is missing, or fail where none may be."""
        if shutil.which(argv[0]) and (probe is None or shutil.which(probe[0]) and run(*probe).returncode == 0):
            return
        missing = f"{argv[0]} is missing, or a part of it; see .ci/packages"
        if MUST_HAVE_ALL:
            self.fail(missing)
        self.skipTest(missing)

    def test_programs_reach_the_draft_box(self):
        for name, argv, probe in PROGRAMS:
            with self.subTest(name):
                self.need(argv, probe)
                res = under_exec(*argv, self.token)
                self.assertEqual(res.returncode, 0, res.stderr)
                drafts = json.loads(res.stdout)["draft_list"]
                self.assertEqual([(d["user_version"], d["user_desc"]) for d in drafts], [("3.2.1", "真实域名")])

    def test_without_exec_they_reach_nothing(self):
        # They may reach the real host where there is a network; it knows no such token.
        for name, argv, probe in PROGRAMS:
            with self.subTest(name):
                self.need(argv, probe)
                res = run(*argv, self.token)
                self.assertNotIn("3.2.1", res.stdout, res.stderr)

    def test_other_hosts_are_refused(self):
        self.need(["curl"])
        res = under_exec("curl", "-sS", "--max-time", "10", "-w", "%{http_code}", "http://example.com/")
        self.assertRegex(res.stdout, r"(?s)^draftbox's proxy leads to api\.weixin\.qq\.com, .*403$", res.stderr)
        res = under_exec("curl", "-sS", "--max-time", "10", "https://example.com/")
        self.assertNotEqual(res.returncode, 0, res.stdout)
        self.assertIn("403", res.stderr)

    def test_preload_of_node(self):
        self.need(["node"])
        res = under_exec("node", "--test", "preload.test.js")
        self.assertEqual(res.returncode, 0, res.stdout + res.stderr)


if __name__ == "__main__":
    unittest.main()
