import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ChatDetail, Identification, IssuedKey } from '../../../api/dashboard';
import { rich, t } from '../i18n';
import { CodeBlock } from '../parts/code-block';
import { Icon } from '../parts/icon';
import { Lazy } from '../parts/lazy';
import { mayChange } from '../session';
import { Activation } from './activation';
import { Arrived, useArrivalAnnouncement, Waiting } from './first-token';
import { KeySummary } from './key-card';
import { verifyingFirst } from './key-facts';
import { KEY_VARIABLE } from './key-text';
import type { Live } from './live';
import { partAddress } from './parts-nav';
import { type StepName, type Way, wayOf } from './path';
import { PrivateKey } from './private-key';

const loadPicker = () => import('./sample-picker');

interface Props {
  detail: ChatDetail;
  identification: Identification;
  live: Live;
  /** The private key that was just made, until it is stored elsewhere. */
  issued: IssuedKey | null;
  onIssued: (key: IssuedKey) => void;
  onStored: () => void;
}

/** From nothing to the first identified customer, in five steps that turn green by what happens. */
export function GuidedPath(props: Props) {
  const { detail, identification, live } = props;
  const way = wayOf(identification, live.value);
  // Whoever comes back to a shop that works looks for other things than how to set it up.
  const [settled] = useState(way.current === null);
  useArrivalAnnouncement(live.value?.verified_ever);
  const chatId = detail.chat.id;
  const [newest] = verifyingFirst(
    identification.keys.filter((key) => key.state === 'active' || key.verifies),
  );
  const blanks = {
    widgetToken: detail.chat.widget_token,
    kid: newest?.kid ?? null,
    tag: detail.install_snippet,
  };
  const common = { way, settled };
  return (
    <ol class="path" aria-label={t('Steps to the first identified customer')}>
      <Step {...common} step="key" at={1} title={t('Get a key pair')}>
        <KeyStep {...props} />
      </Step>
      <Step {...common} step="sign" at={2} title={t('Sign a token in your backend')} folds>
        <p>
          {rich(
            'Keep the private key in the environment variable {variable}: the samples read it there. It must never reach a page, an app or a repository. Then sign a short token for the customer who is signed in to your shop.',
            { variable: <code>{KEY_VARIABLE}</code> },
          )}
        </p>
        <Lazy load={loadPicker} of={t('the samples')} give={{ of: 'backend' as const, blanks }} />
        <p class="soft">
          {rich(
            'Only {email}, {iat} and {exp} are required. An hour of life is plenty: the chat asks again when it needs another. {check} says what is right and wrong with a token.',
            {
              email: <code>email</code>,
              iat: <code>iat</code>,
              exp: <code>exp</code>,
              check: <a href={partAddress(chatId, 'check')}>{t('The token debugger')}</a>,
            },
          )}
        </p>
      </Step>
      <Step {...common} step="paste" at={3} title={t('Paste the chat into your pages')} folds>
        <p>
          {t(
            'The tag loads the chat; the lines after it hand your token over when the chat asks for it. Put both into every page, before the end of the body.',
          )}
        </p>
        <Lazy load={loadPicker} of={t('the samples')} give={{ of: 'page' as const, blanks }} />
        <p>
          {t(
            'And at sign-out, so that the next person at the same browser does not see this one’s conversation:',
          )}
        </p>
        <CodeBlock code="window.Zipchat?.logout();" name={t('sign-out snippet')} />
      </Step>
      <Step {...common} step="token" at={4} title={t('Open your shop as a customer')}>
        {way.done.key && !way.done.verified && <Waiting chatId={chatId} live={live} />}
      </Step>
      <Step {...common} step="verified" at={5} title={t('Your customer is verified')}>
        {way.done.verified && <Arrived chatId={chatId} live={live} />}
      </Step>
    </ol>
  );
}

interface StepProps {
  step: StepName;
  at: number;
  title: string;
  way: Way;
  /** Whether everything was done when the page was opened. */
  settled: boolean;
  /** Whether its content is put away then. */
  folds?: boolean;
  children: ComponentChildren;
}

function Step({ step, at, title, way, settled, folds = false, children }: StepProps) {
  const done = way.done[step];
  const current = way.current === step;
  // What comes before the key is there would be read, and then looked for again.
  const open = step === 'key' || way.done.key;
  return (
    <li
      class="path-step"
      data-state={done ? 'done' : current ? 'current' : 'later'}
      aria-current={current ? 'step' : undefined}
    >
      <span class="path-mark" aria-hidden="true">
        {done ? <Icon name="check" /> : at}
      </span>
      <div class="path-head">
        <h3>{title}</h3>
        {done && <span class="badge good">{t('done')}</span>}
      </div>
      {open &&
        (folds && settled ? (
          <details class="disclosure">
            <summary>{t('Show this step')}</summary>
            <div class="path-content">{children}</div>
          </details>
        ) : (
          <div class="path-content">{children}</div>
        ))}
    </li>
  );
}

function KeyStep({ detail, identification, issued, onIssued, onStored }: Props) {
  const chatId = detail.chat.id;
  const { active, keys } = identification;
  const [newest] = verifyingFirst(keys.filter((key) => key.state === 'active' || key.verifies));
  return (
    <>
      {!active && !issued && mayChange.value && (
        <>
          <Activation chatId={chatId} onIssued={onIssued} />
          <p class="soft">
            {rich('Your backend has a key pair already, or publishes its keys? {link}', {
              link: <a href={partAddress(chatId, 'keys')}>{t('Bring your own key')}</a>,
            })}
          </p>
        </>
      )}
      {issued && <PrivateKey issued={issued} onStored={onStored} />}
      {newest && <KeySummary identificationKey={newest} />}
      {keys.length > 0 && (
        <p>
          <a href={partAddress(chatId, 'keys')}>
            {t('{count, plural, one {Add, retire or revoke keys} other {All # keys}}', {
              count: keys.length,
            })}
          </a>
        </p>
      )}
    </>
  );
}
