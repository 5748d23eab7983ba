/** A talk with the assistant to try it: what was said, what was looked up for it, and how that changes. */

import type { Block, TrialEvent } from '../../../api/dashboard';

/** A tool that was called. */
export interface Step {
  name: string;
  arguments: string;
  /** What the service sent beside it. */
  filled: Record<string, unknown>;
  /** What came of it; not yet, where it is absent. */
  answer?: unknown;
}

export type Turn =
  | { author: 'visitor'; text: string }
  | {
      author: 'assistant';
      text: string;
      /** The whole answer, once it is there. */
      content: readonly Block[] | null;
      steps: readonly Step[];
      failure: string | null;
    };

export type Talk = readonly Turn[];

/** The talk after a question, with an answer that is still empty. */
export function asked(talk: Talk, text: string): Talk {
  const answer: Turn = { author: 'assistant', text: '', content: null, steps: [], failure: null };
  return [...talk, { author: 'visitor', text }, answer];
}

/** The talk after `event`. */
export function heard(talk: Talk, event: TrialEvent): Talk {
  const last = talk.at(-1);
  if (last?.author !== 'assistant') return talk;
  return [...talk.slice(0, -1), answered(last, event)];
}

/** The talk after the answer was stopped, or broke off. */
export function ended(talk: Talk, failure: string): Talk {
  const last = talk.at(-1);
  if (last?.author !== 'assistant' || last.content !== null || last.failure !== null) return talk;
  return heard(talk, { type: 'failed', reason: failure });
}

/** What the service is sent: an answer that failed was never said. */
export function said(talk: Talk): { author: 'visitor' | 'assistant'; text: string }[] {
  return talk
    .filter((turn) => turn.author === 'visitor' || turn.content !== null)
    .map(({ author, text }) => ({ author, text }));
}

function answered(turn: Extract<Turn, { author: 'assistant' }>, event: TrialEvent): Turn {
  switch (event.type) {
    case 'delta':
      return { ...turn, text: turn.text + event.text };
    case 'call': {
      const { name, arguments: args, filled } = event;
      return { ...turn, steps: [...turn.steps, { name, arguments: args, filled }] };
    }
    case 'outcome': {
      const step = turn.steps.at(-1);
      if (!step) return turn;
      return { ...turn, steps: [...turn.steps.slice(0, -1), { ...step, answer: event.answer }] };
    }
    case 'answer':
      return { ...turn, text: event.text, content: event.content };
    default:
      return { ...turn, failure: event.reason };
  }
}
