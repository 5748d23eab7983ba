/** The specification's samples, to the letter: only what its template marks stand for is filled in. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const read = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../samples/${name}.txt`, import.meta.url)), 'utf8');

const optionA = read('option-a.html');
const optionB = read('option-b.js');
const optionC = read('option-c.html');
const step4 = read('step-4.html');
const basic = read('basic.html');
const complete = read('complete.html');
const backend = read('backend-express.js');

/** A page with a sample in it, and what the shop's backend has to have for it. */
export interface Sample {
  name: string;
  /** Into the page's head, where the sample has something for it. */
  head?(token: string): string;
  body(token: string): string;
  /** Where its page asks for a token, and how. */
  backend?: { path: string; method: 'GET' | 'POST' };
}

/** Step 4 with its body of `getZipchatToken` exchanged for `statement`, as it asks for. */
function step4With(statement: string): string {
  const before = step4.indexOf('    // Example: Fetch from API');
  const after = step4.indexOf('  }\n</script>');
  if (before < 0 || after < before) throw new Error('step 4 is not what it was');
  return `${step4.slice(0, before)}    ${statement}\n${step4.slice(after)}`;
}

/** The alternative of step 4 whose comment ends so, without the marks that make it a comment. */
function alternative(remark: string): string {
  const line = step4.split('\n').find((text) => text.endsWith(`// ${remark}`));
  if (!line) throw new Error(`step 4 has no line that ends in ${remark}`);
  return line.trim().replace(/^\/\/ /, '');
}

export const SAMPLES: readonly Sample[] = [
  {
    name: 'Option A (rendered in HTML) with Step 4',
    body: (token) =>
      optionA.replace('<%= jwt_token %>', token) + step4With(alternative('If rendered by backend')),
  },
  {
    name: 'Option B (an API endpoint) with Step 4',
    body: () => step4With(optionB.replace(/^\/\/.*\n/, 'return ')),
    backend: { path: '/api/zipchat-token', method: 'GET' },
  },
  {
    name: 'Option C (a hidden meta tag) with Step 4',
    head: (token) => optionC.replace('YOUR_JWT_TOKEN', token),
    body: () => step4With(alternative('If in hidden tag')),
  },
  {
    name: 'Step 4 as it stands',
    body: () => step4,
    backend: { path: '/your-backend/generate-zipchat-token', method: 'POST' },
  },
  {
    name: 'the Basic Implementation',
    body: (token) => basic.replace('<%= @jwt_token %>', token),
  },
  {
    name: 'the Complete Implementation',
    body: () => complete,
    backend: { path: '/api/zipchat-token', method: 'POST' },
  },
];

/** A customer as the sample of an Express backend knows them. */
export interface ExpressUser {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  subscriptionTier: string;
}

/** Runs the Express sample with `privateKey` in its file; what its route answers for `user`. */
export function expressToken(privateKey: string, user: ExpressUser): string {
  const routes = new Map<string, (request: unknown, response: unknown) => void>();
  const app = {
    post(path: string, _guard: unknown, route: (request: unknown, response: unknown) => void) {
      routes.set(path, route);
    },
  };
  const load = createRequire(import.meta.url);
  const required = (name: string) =>
    name === 'fs' ? { readFileSync: () => privateKey } : load(name);
  new Function('require', 'app', 'authenticateUser', backend)(required, app, null);
  let token = '';
  const response = {
    json(body: { token: string }) {
      token = body.token;
    },
  };
  routes.get('/api/zipchat-token')?.({ user }, response);
  return token;
}
