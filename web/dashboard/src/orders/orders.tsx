import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { type OrderTest, testOrders } from '../../../api/dashboard';
import type { Integration } from '../../../api/integrations';
import { ActionError, useAction } from '../action';
import { msg, t } from '../i18n';
import type { PartProps } from '../identification/parts-nav';
import { Fact } from '../parts/facts';
import { Failure } from '../parts/failure';
import { Icon, Seal } from '../parts/icon';
import { Skeleton } from '../parts/skeleton';
import { HealthBadge, LastCalls, useIntegrations } from '../programs/health';
import { said } from '../said';
import { mayChange } from '../session';
import {
  type SettingsForm,
  SettingsFrame,
  type SettingsProps,
  useSettingsForm,
} from '../settings/form';
import { useSettings } from '../settings/use-settings';
import {
  type Connector,
  changesOf,
  type Field,
  fieldNamed,
  formOf,
  hasSecret,
  movesHost,
  type OrderForm,
  problemsOf,
  WITHOUT_KEYS,
} from './order-form';

/** Where the assistant looks orders up, and whether that works. */
export default function OrdersPart({ detail }: PartProps) {
  const { id } = detail.chat;
  const { settings, change } = useSettings(id);
  const { value, error, reload } = settings;
  const integrations = useIntegrations(id);
  const health = integrations.value?.order_tracking;
  if (!value) {
    return error ? (
      <Failure error={error} retry={reload} />
    ) : (
      <Skeleton rows={6} of={t('order tracking')} />
    );
  }
  return (
    <>
      <section class="card section" aria-labelledby="orders-heading">
        <div class="section-head">
          <h2 id="orders-heading">{t('Order tracking')}</h2>
          <HealthBadge of={health} />
        </div>
        <p>
          {t(
            'When a customer asks “Where is my order 1001?”, the assistant asks your shop and passes on what it says. A customer who is signed in is never asked for an email: the service sends the signed one, whatever is typed.',
          )}
        </p>
        <OrdersForm settings={value} change={change} />
      </section>
      {mayChange.value && (
        <TestSection
          chatId={id}
          settings={value}
          health={health}
          tried={() => void integrations.reload()}
        />
      )}
    </>
  );
}

const SHAPE = { formOf, changesOf, problemsOf, fieldNamed, saved: msg('Order tracking is saved.') };

function OrdersForm(props: SettingsProps) {
  const of = useSettingsForm<OrderForm, Field>(SHAPE, props);
  const { form, set, problems } = of;
  const { settings } = props;
  const { connector } = form;
  const kept = connector === 'endpoint' ? 'apiKey' : 'shopSecret';
  const remove = hasSecret(settings, kept) && (
    <button
      type="button"
      class="button"
      disabled={of.action.busy || of.dirty}
      onClick={() => of.give(WITHOUT_KEYS[connector])}
    >
      {t('Remove the key')}
    </button>
  );
  return (
    <SettingsFrame
      of={of}
      legend={t('Order tracking')}
      label={t('Save order tracking')}
      more={remove}
    >
      <Check
        label={t('The assistant looks orders up')}
        checked={form.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <fieldset class="choices">
        <legend>{t('Your orders are')}</legend>
        {CONNECTORS.map(([value, label, hint]) => (
          <label key={value}>
            <input
              type="radio"
              name="order-connector"
              checked={connector === value}
              onChange={() => set({ connector: value })}
            />
            <span>
              {t(label)} <span class="soft">– {t(hint)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {connector === 'endpoint' ? (
        <EndpointFields of={of} settings={settings} />
      ) : (
        <ShopFields of={of} settings={settings} />
      )}
      <Text
        label={t('Example of an order number')}
        hint={t('The assistant shows it when it asks for a number.')}
        value={form.example}
        problem={problems.example}
        onChange={(example) => set({ example })}
      />
      <Check
        label={t('Visitors who are not signed in may look orders up, too')}
        remark={t(
          'By order number and email, both of them typed; a few wrong guesses an hour. Whoever knows both learns what your shop tells.',
        )}
        checked={form.unverified}
        onChange={(unverified) => set({ unverified })}
      />
    </SettingsFrame>
  );
}

const CONNECTORS: readonly [Connector, string, string][] = [
  ['endpoint', msg('At an endpoint of your own'), msg('an address that your shop answers at')],
  ['woocommerce', msg('In WooCommerce'), msg('its REST API is asked, nothing needs to be built')],
];

interface FieldsProps {
  of: SettingsForm<OrderForm, Field>;
  settings: SettingsProps['settings'];
}

const FORGOTTEN = msg('For another host it is forgotten: type it once more.');
const SET = msg('One is set. It is never shown; type another one to replace it.');

function EndpointFields({ of: { form, set, problems }, settings }: FieldsProps) {
  return (
    <>
      <Text
        label={t('Address of your order endpoint')}
        hint={t('Called as GET with order_id and customer_email, on the public internet.')}
        value={form.endpoint}
        problem={problems.endpoint}
        onChange={(endpoint) => set({ endpoint })}
      />
      <Text
        label={t('API key')}
        secret
        hint={
          hasSecret(settings, 'apiKey')
            ? movesHost(formOf(settings), form, 'endpoint')
              ? t(FORGOTTEN)
              : t('A key is set. It is never shown; type another one to replace it.')
            : t(
                'Sent as x-api-key, so that your endpoint knows who asks. It is stored encrypted and never shown.',
              )
        }
        value={form.apiKey}
        problem={problems.apiKey}
        onChange={(apiKey) => set({ apiKey })}
      />
    </>
  );
}

function ShopFields({ of: { form, set, problems }, settings }: FieldsProps) {
  const kept = movesHost(formOf(settings), form, 'shop') ? FORGOTTEN : SET;
  return (
    <>
      <Text
        label={t('Address of your shop')}
        hint={t(
          'As customers open it, with https. An order is told to the customer whose email is its billing email, and to nobody else.',
        )}
        value={form.shop}
        problem={problems.shop}
        onChange={(shop) => set({ shop })}
      />
      <Text
        label={t('Consumer key')}
        secret
        hint={
          hasSecret(settings, 'shopKey')
            ? t(kept)
            : t(
                'Made in WooCommerce under Settings, Advanced, REST API, with permission to read. It is stored encrypted and never shown.',
              )
        }
        value={form.shopKey}
        problem={problems.shopKey}
        onChange={(shopKey) => set({ shopKey })}
      />
      <Text
        label={t('Consumer secret')}
        secret
        hint={hasSecret(settings, 'shopSecret') ? t(kept) : t('Made together with the key.')}
        value={form.shopSecret}
        problem={problems.shopSecret}
        onChange={(shopSecret) => set({ shopSecret })}
      />
    </>
  );
}

interface CheckProps {
  label: string;
  remark?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Check({ label, remark, checked, onChange }: CheckProps) {
  return (
    <label class="check-field">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>
        {label}
        {remark && <span class="soft">{remark}</span>}
      </span>
    </label>
  );
}

interface TextProps {
  label: string;
  hint?: ComponentChildren;
  /** Not to be read over a shoulder. */
  secret?: boolean;
  value: string;
  problem?: string | undefined;
  onChange: (value: string) => void;
}

function Text({ label, hint, secret = false, value, problem, onChange }: TextProps) {
  const id = useId();
  const shared = {
    id,
    class: 'input',
    autocapitalize: 'off',
    spellcheck: false,
    value,
    'aria-describedby': `${id}-hint ${id}-problem`,
    'aria-invalid': problem !== undefined,
    onInput: (event: Event) => onChange((event.currentTarget as HTMLInputElement).value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {secret ? (
        <input type="password" autocomplete="new-password" {...shared} />
      ) : (
        <input type="text" autocomplete="off" {...shared} />
      )}
      <p class="soft" id={`${id}-hint`}>
        {hint}
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}

interface TestProps {
  chatId: string;
  settings: SettingsProps['settings'];
  health: Integration | undefined;
  tried: () => void;
}

/** Looks an order up as the assistant would, with what is saved. */
function TestSection({ chatId, settings, health, tried }: TestProps) {
  const [order, setOrder] = useState('');
  const [email, setEmail] = useState('');
  const [found, setFound] = useState<OrderTest | null>(null);
  const [request, setRequest] = useState('');
  const { busy, error, run } = useAction();
  const test = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !order.trim() || !email.trim()) return;
    setFound(null);
    void run(async () => {
      setRequest(requestOf(settings, order, email));
      setFound(await testOrders(chatId, order.trim(), email.trim()));
      tried();
    });
  };
  return (
    <section class="card section" aria-labelledby="order-test-heading">
      <h2 id="order-test-heading">{t('Try it')}</h2>
      <p>{t('Your shop is asked as the assistant asks it, with the settings that are saved.')}</p>
      <form class="form" onSubmit={test}>
        <Text label={t('Order number')} value={order} onChange={setOrder} />
        <Text label={t('Customer’s email')} value={email} onChange={setEmail} />
        <div class="button-row">
          <button
            type="submit"
            class="button primary"
            disabled={busy || !order.trim() || !email.trim()}
          >
            {busy ? t('Asking…') : t('Look it up')}
          </button>
        </div>
        <ActionError error={error} />
      </form>
      <div role="status">{found && <Verdict found={found} />}</div>
      {found && <Details found={found} request={request} />}
      <LastCalls of={health} name={t('order tracking')} />
    </section>
  );
}

function Verdict({ found: { status, problem } }: { found: OrderTest }) {
  if (problem === null) {
    return (
      <div class="verdict good">
        <Seal />
        <p>
          <strong>
            {status === 200
              ? t('The endpoint tells of the order.')
              : status === 404
                ? t('The endpoint works: it knows no such order of this customer.')
                : t('The endpoint works: it does not accept this order number.')}
          </strong>
        </p>
      </div>
    );
  }
  return (
    <div class="verdict bad">
      <Icon name="warning" />
      <p>
        <strong>{t('The order could not be looked up:')}</strong> {said(problem)}.
      </p>
    </div>
  );
}

/** What the shop was asked, its keys masked. */
function requestOf(settings: SettingsProps['settings'], order: string, email: string): string {
  const { connector, endpoint, shop } = formOf(settings);
  const query = new URLSearchParams({ order_id: order.trim(), customer_email: email.trim() });
  if (connector === 'woocommerce') {
    return `GET ${shop}/wp-json/wc/v3/orders/…\nAuthorization: Basic ***`;
  }
  const key = hasSecret(settings, 'apiKey') ? '\nx-api-key: ***' : '';
  return `GET ${endpoint}?${query}${key}`;
}

function Details({ found, request }: { found: OrderTest; request: string }) {
  const { status, milliseconds, context, tracking_url, body } = found;
  return (
    <dl class="facts order-facts">
      <Fact name={t('Status')}>{status ?? t('no answer')}</Fact>
      <Fact name={t('Time')}>{t('{count} ms', { count: milliseconds })}</Fact>
      <Fact name={t('Request')} wide>
        <pre class="pem">{request}</pre>
      </Fact>
      <Fact name={t('Context')} wide>
        {context}
      </Fact>
      <Fact name={t('Tracking link')} wide>
        {tracking_url && (
          <a href={tracking_url} target="_blank" rel="noopener noreferrer">
            {tracking_url}
          </a>
        )}
      </Fact>
      <Fact name={t('Body')} wide>
        {body && <pre class="pem">{body}</pre>}
      </Fact>
    </dl>
  );
}
