/** What is pasted as the purchase pixel's call: the call itself, or only its object, as scripts and JSON write it. */

import JSON5 from 'json5';

const CALL = /^(?:window\.)?trackZipchatPurchase\s*\(([\s\S]*)\)\s*;?$/;

/** The object in `text`, or null where there is none: names of variables have no value here. */
export function purchaseIn(text: string): object | null {
  const trimmed = text.trim();
  try {
    const value: unknown = JSON5.parse(CALL.exec(trimmed)?.[1] ?? trimmed);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
