# pip install "pyjwt[crypto]"
import os
import time

import jwt

# Where the environment keeps a line break as "\n", it is put back.
PRIVATE_KEY = os.environ["ZIPCHAT_PRIVATE_KEY"].replace("\\n", "\n")


# `customer` is who your session says is signed in, never what a request claims.
def zipchat_token(customer):
    now = int(time.time())
    claims = {
        "email": customer.email,
        "sub": str(customer.id),  # stays the same when the email changes
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "additional_attributes": {"plan": customer.plan},
        "aud": "YOUR_WIDGET_TOKEN",
        "iat": now,
        "exp": now + 3600,
    }
    return jwt.encode(claims, PRIVATE_KEY, algorithm="RS256", headers={"kid": "YOUR_KEY_ID"})
