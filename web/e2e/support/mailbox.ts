/** A mail server that speaks SMTP and keeps what it is given. */

import { createServer, type Server, type Socket } from 'node:net';

export class Mailbox {
  /** The mails, as they came. */
  readonly mails: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Mailbox> {
    let mailbox: Mailbox | undefined;
    const server = createServer((socket) => talk(socket, (mail) => mailbox?.mails.push(mail)));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    mailbox = new Mailbox(server, `smtp://127.0.0.1:${port}`);
    return mailbox;
  }

  end(): void {
    this.server.close();
  }
}

function talk(socket: Socket, take: (mail: string) => void): void {
  let heard = '';
  let inMail = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  say('220 mail.example ESMTP');
  socket.on('error', () => socket.destroy());
  socket.on('data', (piece) => {
    heard += piece.toString('utf8');
    for (;;) {
      const end = inMail ? '\r\n.\r\n' : '\r\n';
      const at = heard.indexOf(end);
      if (at === -1) return;
      const line = heard.slice(0, at);
      heard = heard.slice(at + end.length);
      if (inMail) {
        take(line);
        inMail = false;
        say('250 taken');
      } else {
        const verb = line.slice(0, 4).toUpperCase();
        inMail = verb === 'DATA';
        say(verb === 'EHLO' ? '250 mail.example' : (ANSWERS[verb] ?? '250 good'));
        if (verb === 'QUIT') socket.end();
      }
    }
  });
}

const ANSWERS: Record<string, string> = { DATA: '354 go on', QUIT: '221 bye' };
