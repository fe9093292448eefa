<?php
// Runs before every PHP program, by auto_prepend_file. PHP's streams know no
// proxy variable, so the default stream context gets the proxy. Nothing is
// printed and no variable is left behind.
call_user_func(function () {
    $proxy = get_cfg_var('draftbox.proxy');
    if (is_string($proxy) && $proxy !== '') {
        stream_context_set_default(array('http' => array(
            'proxy' => str_replace('http://', 'tcp://', $proxy),
            // For http the proxy needs the whole URL; inside a tunnel draftbox
            // takes it as well.
            'request_fulluri' => true,
        )));
    }
});
