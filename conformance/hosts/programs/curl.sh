#!/bin/sh
# Lists the draft box with curl.
curl -sS --max-time 10 "https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=$1"
