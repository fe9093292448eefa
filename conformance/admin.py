"""What the suites need of the admin API: a component of their own, uploads, merchants, audits, pushes, time."""

import json
import os
import secrets
import time

import requests

with open(os.environ["DRAFTBOX_READY_FILE"], encoding="utf-8") as f:
    _READY = json.load(f)

API_URL = _READY["api_url"]


def call(method, path, **kwargs):
    """Call the admin API and return its JSON; anything but 2xx raises."""
    res = requests.request(
        method,
        _READY["admin_url"] + "/_draftbox/v1" + path,
        headers={"Authorization": "Bearer " + _READY["admin_token"]},
        timeout=10,
        **kwargs,
    )
    if not res.ok:
        raise RuntimeError(f"{method} {path}: {res.status_code} {res.text}")
    return res.json() if res.content else None


def new_appid():
    return "wx" + secrets.token_hex(8)


def new_component():
    """Make a component with one development mini program that nobody else uses."""
    component = {
        "appid": new_appid(),
        "name": "一致性测试平台",
        "secret": secrets.token_hex(16),
        "token": "messagetoken",
        "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE",
        "dev_miniprograms": [{"appid": new_appid(), "name": "商城演示"}],
    }
    call("POST", "/components", json=component)
    return component


def change_component(component, **changes):
    """Change settings of a component, such as event_url or switches."""
    return call("PATCH", f"/components/{component['appid']}", json=changes)


def delete_component(component):
    call("DELETE", f"/components/{component['appid']}")


def ticket_of(component):
    """Return the ticket that WeChat would have pushed last."""
    return call("GET", f"/components/{component['appid']}/ticket")["component_verify_ticket"]


def upload(component, version, desc, developer):
    """Upload the sample mini program and return the draft that came of it."""
    with open(os.environ["DRAFTBOX_SAMPLE_ZIP"], "rb") as package:
        return call(
            "POST",
            f"/components/{component['appid']}/drafts",
            files={"package": ("miniprogram.zip", package, "application/zip")},
            data={
                "source_miniprogram_appid": component["dev_miniprograms"][0]["appid"],
                "user_version": version,
                "user_desc": desc,
                "developer": developer,
            },
        )


def advance(duration):
    """Move the virtual clock of the whole server on."""
    call("POST", "/clock", json={"advance": duration})


def push_ticket(component):
    """Have the ticket pushed now, beside those of every ten minutes."""
    call("POST", f"/components/{component['appid']}/ticket/push")


def new_merchant(component, nick_name, **more):
    """Make a merchant's mini program known; it has not authorized the component yet."""
    return call(
        "POST",
        f"/components/{component['appid']}/authorizers",
        json={"appid": new_appid(), "nick_name": nick_name, **more},
    )


def grant(component, merchant):
    """Authorize the component, as the merchant's administrator does; return the code of the redirect."""
    path = f"/components/{component['appid']}/authorizers/{merchant['appid']}/grant"
    return call("POST", path, json={})["authorization_code"]


def revoke(component, merchant):
    """Cancel an authorization, as the merchant's administrator does."""
    call("POST", f"/components/{component['appid']}/authorizers/{merchant['appid']}/revoke", json={})


def decide(auditid, decision, **said):
    """Be the reviewer of an order: approve, reject or delay it."""
    return call("POST", f"/audits/{auditid}/{decision}", json=said)


def redeliver(delivery):
    """Have a push made once more."""
    call("POST", f"/deliveries/{delivery['id']}/redeliver", json={})


def settled(component, count, within=30):
    """Wait until a component has so many pushes and none is pending; return them in order, with their attempts."""
    deadline = time.monotonic() + within
    path = f"/deliveries?component={component['appid']}&limit=1000"
    while True:
        rows = call("GET", path)["items"]
        if len(rows) >= count and all(row["state"] != "pending" for row in rows):
            break
        if time.monotonic() > deadline:
            raise RuntimeError(f"after {within} s there are {[(row['type'], row['state']) for row in rows]}")
        time.sleep(0.05)
    rows.sort(key=lambda row: int(row["id"].rpartition("-")[2]))
    return [call("GET", f"/deliveries/{row['id']}") for row in rows]
