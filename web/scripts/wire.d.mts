import type { CDPSession, Page } from '@playwright/test';

/** A request, and what is known of its answer so far. */
export interface Call {
  method: string;
  /** With the query. */
  path: string;
  /** `Script`, `Fetch`, … as the browser calls it. */
  type: string;
  status?: number;
  headers?: Record<string, string>;
  /** Answered by the browser itself, without a byte on the wire. */
  fromCache: boolean;
  /** Bytes of the answer's headers, and of its body as it was sent. */
  head: number;
  body: number;
  ended: boolean;
}

export interface Wire {
  readonly session: CDPSession;
  /** In the order in which they were made. */
  readonly calls: Call[];
}

/** Follows what `page` asks `origin` for, from now on. */
export function followWire(page: Page, origin: string): Promise<Wire>;
export function isQuiet(calls: readonly Call[]): boolean;
export function onWire(calls: readonly Call[]): Call[];
/** All bytes of those that went over the wire, headers of answers included. */
export function bytesOf(calls: readonly Call[]): number;
