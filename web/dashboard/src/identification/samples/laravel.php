<?php
// routes/web.php; zipchat_token() is the PHP sample of the step before. Add "zipchat-token" to
// what your CSRF check leaves out: it changes nothing, and answers only pages of your own.
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Route;

Route::post('/zipchat-token', function (Request $request) {
    $user = $request->user();
    if ($user === null) {
        return response()->noContent(401);
    }
    $customer = (object) [
        'id' => $user->id,
        'email' => $user->email,
        'firstName' => $user->first_name,
        'lastName' => $user->last_name,
        'plan' => $user->plan,
    ];

    return response()->json(['token' => zipchat_token($customer)])
        ->header('Cache-Control', 'no-store');
});

// resources/views/layouts/app.blade.php, before </body>: the snippet under "Any page".
