// npm install jsonwebtoken
import jwt from 'jsonwebtoken';

// Where the environment keeps a line break as "\n", it is put back.
const privateKey = process.env.ZIPCHAT_PRIVATE_KEY.replaceAll('\\n', '\n');

// `customer` is who your session says is signed in, never what a request claims.
export function zipchatToken(customer) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    email: customer.email,
    sub: String(customer.id), // stays the same when the email changes
    first_name: customer.firstName,
    last_name: customer.lastName,
    additional_attributes: { plan: customer.plan },
    aud: 'YOUR_WIDGET_TOKEN',
    iat: now,
    exp: now + 3600,
  };
  return jwt.sign(claims, privateKey, { algorithm: 'RS256', keyid: 'YOUR_KEY_ID' });
}
