/** `zipchat demo` on ports and data of its own. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePort, Running } from './programs.ts';

export class Demo {
  private running: Running | undefined;

  private constructor(
    private readonly folder: string,
    private readonly ports: readonly [number, number],
  ) {}

  static async start(): Promise<Demo> {
    const folder = await mkdtemp(join(tmpdir(), 'zipchat-demo-'));
    const demo = new Demo(folder, [await freePort(), await freePort()]);
    await demo.begin();
    return demo;
  }

  /** As printed for whoever started it. */
  get dashboard(): string {
    return this.printed(/The dashboard +(\S+)/);
  }

  get shop(): string {
    return this.printed(/The shop +(\S+)/);
  }

  get operator() {
    return {
      email: this.printed(/sign in as (\S+@\S+)/),
      password: this.printed(/password +(\S+)/),
    };
  }

  async begin(): Promise<void> {
    const [service, shop] = this.ports.map((port) => `127.0.0.1:${port}`);
    const args = ['demo', '--listen', `${service}`, '--shop-listen', `${shop}`];
    this.running = await Running.start(
      [...args, '--data', this.folder],
      async (output) =>
        output.includes('password') &&
        (await answers(`http://${service}/readyz`)) &&
        (await answers(`http://${shop}/`)),
    );
  }

  /** Its exit code. */
  async stop(): Promise<number | null> {
    const code = await this.running?.stop();
    this.running = undefined;
    return code ?? null;
  }

  async end(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What the shop's backend expects of the service that asks about orders. */
  async orderKey(): Promise<string> {
    const kept = JSON.parse(await readFile(join(this.folder, 'demo.json'), 'utf8'));
    return kept.order_api_key;
  }

  private printed(what: RegExp): string {
    const found = what.exec(this.running?.output ?? '')?.[1];
    if (!found) throw new Error(`the demo has not printed ${what}`);
    return found;
  }
}
