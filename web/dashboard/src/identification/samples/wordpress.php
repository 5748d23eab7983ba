<?php
// wp-content/mu-plugins/zipchat.php; zipchat_token() is the PHP sample of the step before, in a
// file beside this one. ZIPCHAT_PRIVATE_KEY belongs into the server's environment.
require_once __DIR__ . '/zipchat/zipchat_token.php';

add_action('wp_ajax_zipchat_token', function () {
    $user = wp_get_current_user();
    nocache_headers();
    wp_send_json(['token' => zipchat_token((object) [
        'id' => $user->ID,
        'email' => $user->user_email,
        'firstName' => $user->first_name,
        'lastName' => $user->last_name,
        'plan' => null,
    ])]);
});

add_action('wp_enqueue_scripts', function () {
    wp_enqueue_script('zipchat', 'YOUR_SCRIPT_ADDRESS', [], null, ['strategy' => 'defer']);
    if (!is_user_logged_in()) {
        return;
    }
    $address = wp_json_encode(admin_url('admin-ajax.php?action=zipchat_token'));
    wp_add_inline_script('zipchat', "
      async function identifyCustomer() {
        const answer = await fetch($address, { method: 'POST', credentials: 'same-origin' });
        if (answer.ok) window.Zipchat.identify((await answer.json()).token);
      }
      window.addEventListener('zipchat:ready-to-identify', identifyCustomer);
    ", 'before');
});
