/** The code that a shop needs, as files that can be run as they stand once they are filled in. */

import { msg } from '../i18n';
import type { Family } from './highlight';
import laravel from './samples/laravel.php?raw';
import next from './samples/next-route.ts?raw';
import page from './samples/page.html?raw';
import rails from './samples/rails.rb?raw';
import wordpress from './samples/wordpress.php?raw';
import csharp from './samples/ZipchatToken.cs?raw';
import java from './samples/ZipchatToken.java?raw';
import go from './samples/zipchat_token.go?raw';
import php from './samples/zipchat_token.php?raw';
import python from './samples/zipchat_token.py?raw';
import ruby from './samples/zipchat_token.rb?raw';
import rust from './samples/zipchat_token.rs?raw';
import react from './samples/zipchat-react.ts?raw';
import node from './samples/zipchat-token.mjs?raw';
import vue from './samples/zipchat-vue.ts?raw';

export interface Sample {
  /** A name that is the same in every language, or a text for `t`. */
  label: string;
  family: Family;
  code: string;
}

/** Signing a token, in the language of the shop's backend. */
export const BACKEND_SAMPLES: readonly Sample[] = [
  { label: 'Ruby', family: 'hash', code: ruby },
  { label: 'Node.js', family: 'slash', code: node },
  { label: 'Python', family: 'hash', code: python },
  { label: 'PHP', family: 'slash', code: php },
  { label: 'Go', family: 'slash', code: go },
  { label: 'Java', family: 'slash', code: java },
  { label: 'C#', family: 'slash', code: csharp },
  { label: 'Rust', family: 'slash', code: rust },
];

/** Handing the token to the chat, in the shop's pages. */
export const PAGE_SAMPLES: readonly Sample[] = [
  { label: msg('Any page'), family: 'markup', code: page },
  { label: 'React', family: 'slash', code: react },
  { label: 'Vue', family: 'slash', code: vue },
  { label: 'Next.js', family: 'slash', code: `${react}\n${next}` },
  { label: 'Rails', family: 'hash', code: rails },
  { label: 'Laravel', family: 'slash', code: laravel },
  { label: 'WordPress', family: 'slash', code: wordpress },
];

export interface Blanks {
  widgetToken: string;
  /** The key that signs; null before there is one. */
  kid: string | null;
  /** The tag that a merchant pastes. */
  tag: string;
}

/** A sample for one chat. The private key is no blank: samples name the variable that holds it. */
export function filledIn(code: string, { widgetToken, kid, tag }: Blanks): string {
  const script = /\bsrc="([^"]+)"/.exec(tag)?.[1] ?? '';
  return code
    .replaceAll('YOUR_WIDGET_TOKEN', widgetToken)
    .replaceAll('YOUR_KEY_ID', kid ?? 'YOUR_KEY_ID')
    .replaceAll('YOUR_SCRIPT_ADDRESS', script)
    .replaceAll('YOUR_TAG', tag)
    .trimEnd();
}
