<?php
// Lists the draft box with PHP's streams.
$answer = file_get_contents('https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=' . $argv[1]);
if ($answer === false) {
    exit(1);
}
echo $answer, "\n";
