"""Requests that get past the door, and what an answer must be, whatever was asked."""

import json
import os
import random

import schemathesis
from hypothesis import strategies as st
from schemathesis.generation.meta import TestPhase

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


UNKNOWN = "unknown"


@schemathesis.hook
def flatmap_query(ctx, query):
    """Let the generator choose between the token that is right, one that nobody has, and what it made up itself."""
    if ctx.operation.path.startswith("/cgi-bin/component/"):
        return right_or_not(query)
    token = st.sampled_from([RIGHT["access_token"]] * 6 + [UNKNOWN] * 2 + [None] * 2)
    return token.flatmap(lambda t: right_or_not(query) if t is None else st.just({**(query or {}), "access_token": t}))


@schemathesis.hook
def flatmap_body(ctx, body):
    """Let the generator choose which credentials and ids are right."""
    return right_or_not(body)


def right_or_not(part):
    """Most credentials and some ids right, so that requests get past the first refusal."""
    if not isinstance(part, dict):
        return st.just(part)
    dice = {name: st.integers(0, 9) for name in sorted(part.keys() & RIGHT.keys())}
    return st.fixed_dictionaries(dice).map(
        lambda thrown: {**part, **{name: RIGHT[name] for name, n in thrown.items() if n < share(name)}}
    )


def share(name):
    """How many tenths of the requests have it right."""
    return 3 if name.endswith("_id") else 8


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """The same for requests that no generator chose: the document's examples and the systematic ones."""
    if case.meta is None or case.meta.phase.name not in (TestPhase.EXAMPLES, TestPhase.COVERAGE):
        return
    # The same case gets the same dice, so that a failure can be sent again.
    dice = random.Random(repr((case.method, case.path, case.query, case.body)))
    if not case.path.startswith("/cgi-bin/component/") and dice.random() < 0.6:
        case.query["access_token"] = RIGHT["access_token"]
    for part in (case.query, case.body):
        if isinstance(part, dict):
            for name in sorted(part.keys() & RIGHT.keys()):
                if dice.randrange(10) < share(name):
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
