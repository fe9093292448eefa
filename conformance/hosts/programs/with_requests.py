"""Lists the draft box with requests."""

import sys

import requests

res = requests.get("https://api.weixin.qq.com/wxa/gettemplatedraftlist", params={"access_token": sys.argv[1]}, timeout=10)
print(res.content.decode("utf-8"))
