<?php
// PHP's own openssl extension is all that is needed.

function zipchat_base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

// `$customer` is who your session says is signed in, never what a request claims.
function zipchat_token(object $customer): string
{
    // Where the environment keeps a line break as "\n", it is put back.
    $privateKey = str_replace('\n', "\n", getenv('ZIPCHAT_PRIVATE_KEY'));
    $now = time();
    $header = ['alg' => 'RS256', 'typ' => 'JWT', 'kid' => 'YOUR_KEY_ID'];
    $claims = [
        'email' => $customer->email,
        'sub' => (string) $customer->id, // stays the same when the email changes
        'first_name' => $customer->firstName,
        'last_name' => $customer->lastName,
        'additional_attributes' => ['plan' => $customer->plan],
        'aud' => 'YOUR_WIDGET_TOKEN',
        'iat' => $now,
        'exp' => $now + 3600,
    ];
    $signed = zipchat_base64url(json_encode($header, JSON_THROW_ON_ERROR))
        . '.' . zipchat_base64url(json_encode($claims, JSON_THROW_ON_ERROR));
    if (!openssl_sign($signed, $signature, $privateKey, OPENSSL_ALGO_SHA256)) {
        throw new RuntimeException('ZIPCHAT_PRIVATE_KEY is not a private key.');
    }

    return $signed . '.' . zipchat_base64url($signature);
}
