"""Requests that get past the door, and what an answer must be, whatever was asked."""

import json
import os
import random

import schemathesis

RIGHT = {
    "access_token": os.environ["DRAFTBOX_TOKEN"],
    "component_access_token": os.environ["DRAFTBOX_TOKEN"],
    "component_appid": os.environ["DRAFTBOX_COMPONENT"],
    "component_appsecret": os.environ["DRAFTBOX_SECRET"],
    "component_secret": os.environ["DRAFTBOX_SECRET"],
    "component_verify_ticket": os.environ["DRAFTBOX_TICKET"],
    "draft_id": 0,
    "template_id": 0,
}


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Make most credentials and some ids right, so that requests get past the first refusal, and some tokens unknown."""
    # The same case gets the same dice, so that a failure can be sent again and made smaller.
    dice = random.Random(repr((case.method, case.path, case.query, case.body)))
    if not case.path.startswith("/cgi-bin/component/"):
        token = dice.random()
        if token < 0.6:
            case.query["access_token"] = RIGHT["access_token"]
        elif token < 0.75:
            case.query["access_token"] = "unknown"
    for part in (case.query, case.body):
        if isinstance(part, dict):
            for name in sorted(part.keys() & RIGHT.keys()):
                if dice.random() < (0.3 if name.endswith("_id") else 0.8):
                    part[name] = RIGHT[name]


@schemathesis.check
def documented_answer(ctx, response, case):
    """HTTP 200, JSON without a line end, and a code that the operation documents; a healthy server is never busy."""
    assert response.status_code == 200, f"HTTP {response.status_code}"
    body = response.content
    assert not body.endswith(b"\n"), "a line end after the JSON"
    answer = json.loads(body)
    assert isinstance(answer, dict), "not an object"
    code = answer.get("errcode", 0)
    _note(case.operation.label, code)
    documented = {row["code"] for row in case.operation.definition.raw["x-errcodes"]} | {0}
    assert code in documented, f"errcode {code} is not among the operation's: {sorted(documented)}"
    assert code != -1, "the server calls itself busy"


def _note(operation, code):
    """Keep which operation answered what: a run that never gets past the token proves little."""
    with open(os.environ["DRAFTBOX_CODES"], "a", encoding="utf-8") as f:
        f.write(f"{operation} {code}\n")
