/** A language model that says what it is told to, as OpenAI's chat completions do. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Model {
  /** What it was sent, call by call. */
  readonly asked: string[] = [];
  /** What it says next, in pieces; an error where there is nothing. */
  pieces: readonly string[] | null = ['Hello.'];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Model> {
    const server = createServer();
    const model = new Model(server);
    server.on('request', async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      model.asked.push(body);
      if (!model.pieces) {
        response.writeHead(401, { 'Content-Type': 'application/json' });
        response.end('{"error":{"message":"no such key"}}');
        return;
      }
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      for (const content of model.pieces) response.write(event({ content }, null));
      response.end(`${event({}, 'stop')}data: [DONE]\n\n`);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return model;
  }

  /** The flags of a service that asks it. */
  get flags(): string[] {
    const { port } = this.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1`;
    const names = ['--assistant-provider', 'openai', '--assistant-model', 'a-model'];
    return [...names, '--assistant-url', url, '--assistant-key', 'sk-of-the-model'];
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

function event(delta: object, finish_reason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason }];
  const chunk = { id: 'c', object: 'chat.completion.chunk', model: 'a-model', choices };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
