/** What is drawn of the counts: each picture with its layers and the figures over it. */

import type { Analytics } from '../../../api/dashboard';
import { figure } from '../format';
import { locale, msg, t } from '../i18n';

/** A colour of the picture; `good` and `bad` mean what they say. */
export type Tone = 'good' | 'bad' | 'one' | 'two' | 'three' | 'four' | 'five' | 'rest';

export interface Layer {
  key: string;
  name: string;
  tone: Tone;
  counts: readonly number[];
  total: number;
}

export interface Figure {
  name: string;
  value: string;
  /** How it is to the time before, where there was something. */
  change: string | null;
  /** What it was in the time before, where there was something. */
  before: string | null;
}

export interface Picture {
  id: string;
  title: string;
  hint: string;
  figures: Figure[];
  layers: Layer[];
  /** What the names of its columns begin with, for the table to download. */
  only: string;
}

/** As many reasons as have a colour; the others are one. */
const MOST_REASONS = 5;
const TONES: readonly Tone[] = ['one', 'two', 'three', 'four', 'five'];

export function picturesOf(analytics: Analytics): Picture[] {
  const read = reader(analytics);
  return [
    identifications(read),
    refusals(analytics),
    conversations(read),
    leads(read),
    answers(read),
    orders(read),
    purchases(analytics),
  ];
}

type Reader = ReturnType<typeof reader>;

function reader(analytics: Analytics) {
  const steps = analytics.moments.length - 1;
  const found = (name: string) =>
    analytics.series.find((one) => one.name === name) ?? {
      name,
      counts: Array.from({ length: steps }, () => 0),
      total: 0,
      before: 0,
    };
  const refused = analytics.series.filter(({ name }) => name.startsWith('refusals.'));
  return {
    layer: (key: string, name: string, tone: Tone): Layer => {
      const { counts, total } = found(key);
      return { key, name, tone, counts, total };
    },
    figure: (key: string, name: string): Figure => {
      const { total, before } = found(key);
      return counted(name, total, before);
    },
    total: (key: string) => found(key).total,
    before: (key: string) => found(key).before,
    refused: {
      counts: Array.from({ length: steps }, (_, at) =>
        sum(refused.map((one) => one.counts[at] ?? 0)),
      ),
      total: sum(refused.map((one) => one.total)),
      before: sum(refused.map((one) => one.before)),
    },
  };
}

function identifications({ layer, figure, refused }: Reader): Picture {
  const name = t('Refused');
  return {
    id: 'identifications',
    title: t('Identifications'),
    hint: t('How often a page told who its customer is, and how that ended.'),
    figures: [
      figure('identifications.verified', t('Verified')),
      counted(name, refused.total, refused.before),
    ],
    layers: [
      layer('identifications.verified', t('Verified'), 'good'),
      { key: 'refused', name, tone: 'bad', counts: refused.counts, total: refused.total },
    ],
    only: 'identifications.,refusals.',
  };
}

function refusals(analytics: Analytics): Picture {
  const all = analytics.series
    .filter(({ name, total }) => name.startsWith('refusals.') && total > 0)
    .sort((one, other) => other.total - one.total);
  const layers: Layer[] = all.slice(0, MOST_REASONS).map((one, at) => ({
    key: one.name,
    name: one.meaning ? t(one.meaning) : one.name.replace('refusals.', ''),
    tone: TONES[at] ?? 'rest',
    counts: one.counts,
    total: one.total,
  }));
  const others = all.slice(MOST_REASONS);
  if (others.length > 0) {
    layers.push({
      key: 'others',
      name: t('Other reasons'),
      tone: 'rest',
      counts:
        others[0]?.counts.map((_, at) => sum(others.map(({ counts }) => counts[at] ?? 0))) ?? [],
      total: sum(others.map(({ total }) => total)),
    });
  }
  return {
    id: 'refusals',
    title: t('Refusals by reason'),
    hint: t('Why tokens were refused; under Integrations is how to mend each.'),
    figures: [],
    layers,
    only: 'refusals.',
  };
}

function conversations({ layer, total, before }: Reader): Picture {
  const begun = layer('conversations.begun', t('Not verified'), 'rest');
  const verified = layer('conversations.verified', t('Verified'), 'good');
  const share = (of: (key: string) => number) => {
    const all = of('conversations.begun');
    return all > 0 ? of('conversations.verified') / all : null;
  };
  const shown = (value: number | null) =>
    value === null ? '–' : new Intl.NumberFormat(locale(), { style: 'percent' }).format(value);
  const counts = begun.counts.map((all, at) => Math.max(0, all - (verified.counts[at] ?? 0)));
  return {
    id: 'conversations',
    title: t('Conversations'),
    hint: t('Those that began, and in which the customer was verified, sooner or later.'),
    figures: [
      counted(t('Conversations'), begun.total, before('conversations.begun')),
      {
        name: t('Verified'),
        value: shown(share(total)),
        change: null,
        before: share(before) === null ? null : shown(share(before)),
      },
    ],
    layers: [verified, { ...begun, key: 'unverified', counts, total: sum(counts) }],
    only: 'conversations.',
  };
}

function leads({ layer, figure }: Reader): Picture {
  return {
    id: 'leads',
    title: t('New leads'),
    hint: t(
      'Customers who were identified for the first time, and visitors who said who they are.',
    ),
    figures: [figure('leads.verified', t('Verified')), figure('leads.typed', t('Typed'))],
    layers: [
      layer('leads.verified', t('Verified'), 'good'),
      layer('leads.typed', t('Typed'), 'one'),
    ],
    only: 'leads.',
  };
}

function answers({ layer, figure, total, before }: Reader): Picture {
  const asked = ['escalations.assistant', 'escalations.program', 'escalations.operator'];
  return {
    id: 'answers',
    title: t('Answers'),
    hint: t('Who answered, and how often a person was asked for.'),
    figures: [
      figure('answers.assistant', t('By the assistant')),
      figure('answers.operator', t('By people')),
      counted(t('A person was asked for'), sum(asked.map(total)), sum(asked.map(before))),
      figure('conversations.taken_over', t('Taken over')),
    ],
    layers: [
      layer('answers.assistant', t('By the assistant'), 'one'),
      layer('answers.operator', t('By people'), 'two'),
    ],
    only: 'answers.,escalations.,conversations.taken_over',
  };
}

function orders({ layer, figure }: Reader): Picture {
  const names = {
    'orders.found': t('Told'),
    'orders.not_found': t('Not found'),
    'orders.unanswered': t('The shop did not answer'),
  };
  return {
    id: 'orders',
    title: t('Orders looked up'),
    hint: t('Orders that customers asked the assistant about.'),
    figures: [
      figure('orders.found', names['orders.found']),
      figure('orders.not_found', names['orders.not_found']),
    ],
    layers: [
      layer('orders.found', names['orders.found'], 'good'),
      layer('orders.not_found', names['orders.not_found'], 'one'),
      layer('orders.unanswered', names['orders.unanswered'], 'bad'),
    ],
    only: 'orders.',
  };
}

function purchases({ purchases }: Analytics): Picture {
  return {
    id: 'purchases',
    title: t('Purchases'),
    hint: t('Orders within a day of a conversation, as the shop’s page tells of them.'),
    figures: purchases.map(({ currency, sum: now, sum_before: before }) => ({
      name: currency,
      value: money(now, currency),
      change: changeOf(now, before),
      before: before === 0 ? null : money(before, currency),
    })),
    layers: purchases.map(({ currency, counts, count }, at) => ({
      key: currency,
      name: t('{count, plural, one {order in {currency}} other {orders in {currency}}}', {
        count,
        currency,
      }),
      tone: TONES[at] ?? 'rest',
      counts,
      total: count,
    })),
    only: 'purchases.',
  };
}

function counted(name: string, total: number, before: number): Figure {
  const change = changeOf(total, before);
  return { name, value: figure(total), change, before: before === 0 ? null : figure(before) };
}

/** `+12%`, and nothing where there was nothing to compare with. */
export function changeOf(now: number, before: number): string | null {
  if (before === 0) return null;
  const format = new Intl.NumberFormat(locale(), {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: 0,
  });
  return format.format((now - before) / before);
}

export function money(amount: number, currency: string): string {
  return new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(amount);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

export const PRESET_NAMES = {
  '24h': msg('24 hours'),
  '7d': msg('7 days'),
  '30d': msg('30 days'),
  '90d': msg('90 days'),
  custom: msg('Other days'),
} as const;
