/** Tokens as a shop's backend signs them, with a stock library. */

import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';

export type Claims = Record<string, unknown>;

/** The members that make a token last an hour from now. */
export function anHour(): Claims {
  const iat = Math.floor(Date.now() / 1000);
  return { iat, exp: iat + 3_600 };
}

/** A token for an hour that says `claims`, signed with a PEM. */
export function sign(privateKey: string, claims: Claims): string {
  return jwt.sign({ ...anHour(), ...claims }, privateKey, { algorithm: 'RS256' });
}

/** The same claims for another token than before: the service counts who uses one token. */
export function anew(claims: Claims): Claims {
  return { ...claims, jti: randomUUID() };
}

let customers = 0;

/** A customer whom no other test knows. */
export function customer(firstName: string) {
  customers += 1;
  const name = `${firstName}-${process.pid}-${customers}-${Date.now().toString(36)}`;
  return {
    email: `${name.toLowerCase()}@example.com`,
    first_name: firstName,
    last_name: 'Example',
  };
}
