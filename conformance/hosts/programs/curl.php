<?php
// Lists the draft box with PHP's curl extension.
$c = curl_init('https://api.weixin.qq.com/wxa/gettemplatedraftlist?access_token=' . $argv[1]);
curl_setopt($c, CURLOPT_RETURNTRANSFER, true);
curl_setopt($c, CURLOPT_TIMEOUT, 10);
$answer = curl_exec($c);
if ($answer === false) {
    fwrite(STDERR, curl_error($c) . "\n");
    exit(1);
}
echo $answer, "\n";
