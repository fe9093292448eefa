"""What the suite needs of the admin API: a component of its own, uploads, time."""

import json
import os
import secrets

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
