/** What the loader and the chat know of each other. The chat's code comes later, so these are types only. */

import type { Words } from './words/words.ts';

/** The page as the chat sees it: everything of the shop's `window` and storage stays behind this. */
export interface Port {
  /** Where both of them draw. */
  readonly root: ShadowRoot;
  /** `https://HOST/widget/WIDGET_TOKEN`, without a slash at the end. */
  readonly base: string;
  /** What the chat says, in the visitor's language. */
  readonly say: SayModule;
  /** The visitor token that calls carry now. */
  token(): string;
  /** What the browser keeps for this tab alone; throws where that is blocked. */
  tab(): Storage;
  /** The customer has left: nothing of theirs may stay. */
  left(): boolean;
  /**
   * The service says that `ended` is dead: go on with the token of another tab, or with a new one. Nothing happens while
   * `identify` is at work, whose answer brings one.
   */
  renew(ended: string): void;
  /** A new conversation began, and this is its visitor token. */
  startOver(token: string): void;
  /** What the service says about the visitor: tells the page when an identity has lapsed. */
  standing(verified: boolean): void;
  /** Tells the page's `Zipchat.on('message')` handlers. */
  received(message: unknown): void;
  /** The panel was closed from inside. */
  closed(): void;
}

/** The chat as the loader sees it. */
export interface Chat {
  open(): void;
  close(): void;
  /**
   * The visitor token, or who is behind it, is another one: look again. `identified`: by `identify`, which lets an
   * anonymous visitor keep the conversation.
   */
  refresh(identified?: boolean): void;
}

/** What the service sends for one chat in one language. */
export interface Say {
  /** As in `de`. */
  language: string;
  /** What the chat is called. */
  name: string;
  /** Where they are the merchant's own: the line under the name, the greeting, and the field's hint. */
  status?: string;
  welcome?: string;
  hint?: string;
  /** What visitors may ask with one press. */
  questions: readonly string[];
  words: Words;
}

/** The module that `words` answers with. */
export interface SayModule {
  default: Say;
}

/** What the chat's module exports. */
export interface ChatModule {
  mount(port: Port): Chat;
}
