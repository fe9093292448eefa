#!/bin/sh
# Lists the draft box with wget.
wget -q --tries=1 --timeout=10 -O - "https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=$1"
