/** What the chat and its form say by themselves: one file a language, texts alone, with `{}` where a name or a number goes. */

import type english from './en.json';

export type Words = Readonly<typeof english.chat>;
export type FormWords = Readonly<typeof english.form>;
