/** The real binary, its commands, and servers of its that are started and stopped by tests. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../../target/debug/zipchat', import.meta.url));

/** What runs: `ZIPCHAT_BIN`, or what cargo built for development. */
export const BINARY = process.env.ZIPCHAT_BIN || BUILT;

/** How long a server may take to start or to end. */
const PATIENCE_MS = 15_000;

/** What the surroundings set for a service is not meant for those of the tests. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('ZIPCHAT_'));
  return Object.fromEntries(kept);
}

/** Standard output of a command that must succeed. */
export function command(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(BINARY, args, { env: environment() }, (error, stdout, stderr) => {
      if (error) reject(new Error(`zipchat ${args.join(' ')}: ${stderr || error.message}`));
      else resolve(stdout);
    });
    // Most commands end without having read it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

/** A server that runs. */
export class Running {
  private constructor(
    private readonly child: ChildProcess,
    private readonly said: { output: string; errors: string },
  ) {}

  /** Starts `zipchat ARGS` and waits until `isUp`. */
  static async start(args: readonly string[], isUp: (output: string) => Promise<boolean>) {
    const child = spawn(BINARY, args, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { output: '', errors: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.errors += text;
    });
    const ends = () => child.kill('SIGKILL');
    process.once('exit', ends);
    child.once('exit', () => process.off('exit', ends));
    const running = new Running(child, said);
    const until = Date.now() + PATIENCE_MS;
    while (!(await isUp(said.output))) {
      if (child.exitCode !== null || Date.now() > until) {
        child.kill('SIGKILL');
        throw new Error(`zipchat ${args.join(' ')} did not start:\n${said.output}${said.errors}`);
      }
      await new Promise((go) => setTimeout(go, 25));
    }
    return running;
  }

  get output(): string {
    return this.said.output;
  }

  /** What it logged. */
  get errors(): string {
    return this.said.errors;
  }

  /** Its exit code, which is null where a signal ended it at once. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      const impatient = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
      this.child.kill(signal);
      await ended;
      clearTimeout(impatient);
    }
    return this.child.exitCode;
  }
}

/** Whether `url` answers 200. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return response.ok;
  } catch {
    return false;
  }
}
