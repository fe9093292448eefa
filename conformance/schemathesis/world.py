"""Make a component with a draft and a template; print what the run needs as shell variables."""

import shlex

import requests

import admin

component = admin.new_component()
path = f"/components/{component['appid']}"
admin.upload(component, "1.0.0", "首个版本", "小明")
token = admin.call("POST", path + "/tokens")["component_access_token"]
answer = requests.post(
    admin.API_URL + "/wxa/addtotemplate", params={"access_token": token}, json={"draft_id": 0}, timeout=10
)
if answer.json()["errcode"] != 0:
    raise SystemExit(f"addtotemplate: {answer.text}")

for name, value in {
    "DRAFTBOX_API_URL": admin.API_URL,
    "DRAFTBOX_TOKEN": token,
    "DRAFTBOX_COMPONENT": component["appid"],
    "DRAFTBOX_SECRET": component["secret"],
    "DRAFTBOX_TICKET": admin.ticket_of(component),
}.items():
    print(f"export {name}={shlex.quote(value)}")
