/** The code that a shop needs, as files that can be run as they stand. */

import page from './samples/page.html?raw';
import php from './samples/zipchat_token.php?raw';
import python from './samples/zipchat_token.py?raw';
import ruby from './samples/zipchat_token.rb?raw';
import node from './samples/zipchat-token.mjs?raw';

export interface Sample {
  language: string;
  code: string;
}

/** Signing a token, in the language of the shop's backend. */
export const BACKEND_SAMPLES: readonly Sample[] = [
  { language: 'Ruby', code: ruby.trimEnd() },
  { language: 'Node.js', code: node.trimEnd() },
  { language: 'Python', code: python.trimEnd() },
  { language: 'PHP', code: php.trimEnd() },
];

/** Handing the token to the chat, in the shop's page. */
export const PAGE_SAMPLE = page.trimEnd();

/** For the shop's sign-out. */
export const SIGN_OUT_SAMPLE = 'window.Zipchat?.logout();';
