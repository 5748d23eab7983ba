<?php
// composer require firebase/php-jwt
use Firebase\JWT\JWT;

// `$customer` is who your session says is signed in, never what a request claims.
function zipchat_token(object $customer): string
{
    // Where the environment keeps a line break as "\n", it is put back.
    $privateKey = str_replace('\n', "\n", getenv('ZIPCHAT_PRIVATE_KEY'));
    $now = time();
    $claims = [
        'email' => $customer->email,
        'sub' => (string) $customer->id, // stays the same when the email changes
        'first_name' => $customer->firstName,
        'last_name' => $customer->lastName,
        'additional_attributes' => ['plan' => $customer->plan],
        'iat' => $now,
        'exp' => $now + 3600,
    ];

    return JWT::encode($claims, $privateKey, 'RS256');
}
