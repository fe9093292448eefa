"""Lists the draft box with nothing but Python."""

import sys
import urllib.request

url = "https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=" + sys.argv[1]
with urllib.request.urlopen(url, timeout=10) as res:
    print(res.read().decode("utf-8"))
