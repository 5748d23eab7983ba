/** `zipchat serve` on a database of its own, set up by the commands that a merchant has. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, command, freePort, Running } from './programs.ts';

export interface Chat {
  chat_id: string;
  widget_token: string;
}

/** What activation prints, once. */
export interface IssuedKey {
  kid: string;
  private_key: string;
  public_key: string;
  fingerprint: string;
}

export interface Operator {
  email: string;
  password: string;
}

export type Platform = 'custom' | 'woocommerce' | 'shopify';

export class Service {
  private running: Running | undefined;
  private readonly logs: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly flags: readonly string[],
    private readonly host: string,
  ) {}

  /** With these flags of `serve` beside the usual ones, called by `host`. */
  static async start(flags: readonly string[] = [], host = '127.0.0.1'): Promise<Service> {
    const folder = await mkdtemp(join(tmpdir(), 'zipchat-e2e-'));
    const service = new Service(folder, await freePort(), flags, host);
    await service.begin();
    return service;
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  private get database(): string[] {
    return ['--database-url', `sqlite:${join(this.folder, 'zipchat.db')}`];
  }

  /** Starts it on the port and the data that it had. */
  async begin(): Promise<void> {
    const listen = ['--listen', `127.0.0.1:${this.port}`, '--public-url', this.url];
    this.running = await Running.start(
      ['serve', ...listen, ...this.database, '--log', 'warn', ...this.flags],
      () => answers(`${this.url}/readyz`),
    );
  }

  async stop(signal?: 'SIGKILL'): Promise<void> {
    await this.running?.stop(signal);
    this.logs.push(this.running?.errors ?? '');
    this.running = undefined;
  }

  /** Stops it for good, and says what it thought was wrong. */
  async end(): Promise<string[]> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
    return this.logs.join('').split('\n').filter(isError);
  }

  command(args: readonly string[], input?: string): Promise<string> {
    return command([...args, ...this.database], input);
  }

  async addChat(name: string, platform: Platform = 'custom'): Promise<Chat> {
    const args = ['chat', 'add', '--name', name, '--platform', platform, '--json'];
    return JSON.parse(await this.command(args));
  }

  async activate(chat: Chat): Promise<IssuedKey> {
    const args = ['identification', 'activate', '--chat', chat.chat_id, '--json'];
    return JSON.parse(await this.command(args));
  }

  /** Refuses all tokens and ends every identity. */
  async deactivate(chat: Chat): Promise<void> {
    await this.command(['identification', 'deactivate', '--chat', chat.chat_id, '--json']);
  }

  async addOperator({ email, password }: Operator, role: 'owner' | 'member'): Promise<void> {
    await this.command(['operator', 'add', '--email', email, '--role', role], `${password}\n`);
  }
}

function isError(line: string): boolean {
  return line.includes('"level":"ERROR"') || line.includes('panicked');
}
