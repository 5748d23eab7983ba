/** What the tests use of a library that brings no types of its own. */
declare module 'jsonwebtoken' {
  export function sign(
    payload: object,
    key: string,
    options: { algorithm: 'RS256' | 'HS256'; keyid?: string },
  ): string;
  const jwt: { sign: typeof sign };
  export default jwt;
}
