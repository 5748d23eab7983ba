import { type Answer, post } from './call.ts';
import type { Visitor } from './visitor.ts';

/** How the first attempt went; `invalid` and `not_ready` are told before there is one. */
export interface Outcome {
  status: 'identified' | 'cached' | 'refused' | 'invalid' | 'not_ready' | 'network' | 'unavailable';
}

/** What identification needs of the page, and does to it. */
export interface IdentifyPage {
  url: string;
  visitor: Visitor;
  /** Whether the page shows a private key to everybody, and so nothing that it signs means anything. */
  leaks(): boolean;
  /** Takes over what another tab has changed about the visitor, and shows it. */
  follow(): void;
  identified(): void;
  failed(details: string): void;
}

/** Identification of one page's visitor, with at most one token at a time. */
export interface Identification {
  identify(jwt: string): Promise<Outcome>;
  /** Gives up the token in flight, quietly. */
  stop(): void;
  /** Whether a token is in flight, or will be again by itself. */
  busy(): boolean;
  /** The network is back. */
  wake(): void;
}

interface Flight {
  jwt: string;
  over: boolean;
  /** Of the attempt that runs or is waited for. */
  outcome: Promise<Outcome>;
  abort?: AbortController;
  wake?: () => void;
}

export function createIdentification(page: IdentifyPage): Identification {
  const { visitor } = page;
  let flight: Flight | undefined;

  function stop() {
    if (!flight) return;
    flight.over = true;
    flight.abort?.abort();
    flight = undefined;
    // The service may have heard it, and may now take the visitor for somebody else.
    visitor.forget();
  }

  async function attempt(own: Flight, retry: number): Promise<Outcome> {
    for (;;) {
      const known = await visitor.knows(own.jwt);
      if (own.over) return { status: 'network' };
      if (known) {
        flight = undefined;
        return { status: 'cached' };
      }
      // Looked at as late as possible: scripts may have put it there since.
      if (page.leaks()) {
        flight = undefined;
        return { status: 'refused' };
      }
      const sent = visitor.token();
      own.abort = new AbortController();
      const answer = await post(
        page.url,
        { body: JSON.stringify({ visitor_token: sent, jwt: own.jwt }) },
        own.abort,
      );
      if (own.over) return { status: 'network' };
      // Another tab may have changed the visitor meanwhile, perhaps for this very customer.
      page.follow();
      if (sent === visitor.token()) return settle(own, answer, retry);
    }
  }

  async function settle(own: Flight, answer: Answer, retry: number): Promise<Outcome> {
    const { status, body } = answer;
    if (status === 200 && (body as { success?: unknown } | undefined)?.success === true) {
      visitor.identified(own.jwt, answer.header);
      flight = undefined;
      page.identified();
      return { status: 'identified' };
    }
    const wait = answer.delay(retry);
    if (wait) own.outcome = later(own, wait, status, retry);
    else flight = undefined;
    if (!retry) page.failed(answer.details);
    return { status: status ? (answer.delay(0) ? 'unavailable' : 'refused') : 'network' };
  }

  async function later(own: Flight, wait: number, status: number, retry: number): Promise<Outcome> {
    await new Promise<void>((go) => {
      setTimeout(go, wait);
      // Coming back online ends the wait for the network, but not one that the service asked for.
      if (!status) own.wake = go;
    });
    return own.over ? { status: 'network' } : attempt(own, retry + 1);
  }

  return {
    stop,
    busy: () => !!flight,
    wake: () => flight?.wake?.(),
    identify(jwt) {
      if (flight?.jwt === jwt) return flight.outcome;
      stop();
      const own = { jwt, over: false } as Flight;
      flight = own;
      own.outcome = attempt(own, 0);
      return own.outcome;
    },
  };
}
