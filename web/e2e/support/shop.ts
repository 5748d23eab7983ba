/** A merchant's website: pages and addresses that a test puts there. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PLAIN_HOST } from './browser.ts';

export interface ShopRequest {
  method: string;
  headers: IncomingMessage['headers'];
}

export interface ShopAnswer {
  status?: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

type Handler = (request: ShopRequest) => ShopAnswer | Promise<ShopAnswer>;

/** What a page is made of; a part that is left out is empty. */
export interface PageParts {
  head?: string;
  body?: string;
}

export class Shop {
  private readonly handlers = new Map<string, Handler>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async start(): Promise<Shop> {
    const server = createServer((request, response) => void shop.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('no port');
    const shop = new Shop(server, address.port);
    return shop;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** The same shop at an address without TLS and without a browser's trust. */
  get plainUrl(): string {
    return `http://${PLAIN_HOST}:${this.port}`;
  }

  serve(path: string, handler: Handler): void {
    this.handlers.set(path, handler);
  }

  /** A page at `path`; its address. */
  page(parts: PageParts, path = '/', headers: Record<string, string> = {}): string {
    return this.raw(pageOf(parts), path, headers);
  }

  /** A page exactly as it is given. */
  raw(html: string | Buffer, path = '/', headers: Record<string, string> = {}): string {
    const all = { 'Content-Type': 'text/html; charset=utf-8', ...headers };
    this.serve(path, () => ({ headers: all, body: html }));
    return this.url + path;
  }

  /** Answers POST and GET at `path` with JSON, asked anew each time. */
  json(path: string, value: (request: ShopRequest) => unknown): void {
    this.serve(path, (request) => ({
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(value(request)),
    }));
  }

  /** Forgets every page. */
  clear(): void {
    this.handlers.clear();
  }

  async end(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname;
    const handler = this.handlers.get(path);
    const { method = 'GET', headers } = request;
    const answer = (await handler?.({ method, headers })) ?? { status: 404, body: '' };
    response.writeHead(answer.status ?? 200, { 'Cache-Control': 'no-store', ...answer.headers });
    response.end(answer.body);
  }
}

/** A small page without faults of its own. */
export function pageOf({ head = '', body = '' }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Corner Shop</title>
${head}
</head>
<body>
<main>
<h1>Corner Shop</h1>
<p><a href="#tea">Tea</a> and coffee.</p>
<h2 id="tea">Tea</h2>
</main>
${body}
</body>
</html>
`;
}
