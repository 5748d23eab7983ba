/**
 * Sentences that the service says about identification and pages of the shop, marked so that catalogs have them. They are shown by `t` as
 * they come; `service-words.test.ts` holds them against the service's sources.
 */

import { msg } from '../i18n';

export const SERVICE_WORDS: readonly string[] = [
  // What is unwise about a token.
  msg(
    'The token is valid for more than 24 hours; whoever copies it can use it that long. One hour is usual.',
  ),
  msg("The header's kid names no key of this chat that verifies; every key was tried."),
  msg(
    'Another browser used this token before. Sign one for each customer and page view, and let no cache keep it.',
  ),
  // Why a call was refused, beside the token.
  msg(
    "The call's body is not an object of JSON with visitor_token and jwt, or is longer than 32 KiB.",
  ),
  msg('Call Zipchat.identify with the token as a string, and let the widget make the call.'),
  msg("The page's origin is not among the chat's allowed origins."),
  msg("Add the shop's origin, as in https://shop.example, to allowed_origins."),
  msg('There were too many attempts by this visitor or from this address.'),
  msg('Call identify once a page, and only after zipchat:ready-to-identify.'),
  msg('More than five browsers used one token within ten minutes.'),
  msg(
    "Sign a token for each customer and page view; see that no cache serves one customer's page to others.",
  ),
  msg('The service could not decide just then.'),
  msg('Nothing to mend: the widget tries again.'),
  msg('The page never brought a token.'),
  msg('See that every page with the chat calls Zipchat.identify for signed-in customers.'),
  msg('The customer signed in after writing.'),
  msg('They would be asked to sign in first.'),
  msg('The identity had lapsed, and the page brought no new token.'),
  msg('See that the page listens to zipchat:ready-to-identify, or set a token provider.'),
  // What is found in a page of the shop.
  msg('The page does not answer as a page: give the address of one that customers see.'),
  msg('The page sends no Content-Security-Policy: nothing stands in the way.'),
  msg('The page’s Content-Security-Policy lets the chat work.'),
  msg('The page hands a token to the chat.'),
  msg(
    'No call of Zipchat.identify stands in the page itself. It may be in a script that the page loads.',
  ),
  msg(
    'A private key is in the page. Take it out, revoke it, and make a new one that only your backend has.',
  ),
  msg('The page has the purchase tag, too.'),
  msg('The chat’s tag is in the page.'),
  msg('A tag is in the page, but it is another chat’s, or loads from another service.'),
  msg(
    'The chat’s tag is not in the page. If a tag manager puts it there, only a browser can see it: open the page and look above whether it was seen.',
  ),
  msg(
    "The page’s policy has 'strict-dynamic': give the tag the nonce that the page’s other scripts have.",
  ),
  msg(
    'The page’s Content-Security-Policy keeps the chat’s script out. Add its host to this directive:',
  ),
  msg(
    'The page’s Content-Security-Policy keeps the chat from its service. Add its host to this directive:',
  ),
];
