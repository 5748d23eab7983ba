import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { serviceNow } from '../../../api/client';
import { changeSettings, type SettingsValues } from '../../../api/dashboard';
import { announce } from '../announce';
import { fullTime } from '../format';
import { msg, rich, t } from '../i18n';
import { Confirm } from '../parts/confirm';
import { Failure } from '../parts/failure';
import type { Resource } from '../resource';
import { mayChange } from '../session';
import { SettingsFrame, type SettingsProps, useSettingsForm } from '../settings/form';
import {
  changesOf,
  type Field,
  fieldNamed,
  formOf,
  type Length,
  problemsOf,
  type RulesForm,
  UNIT_SECONDS,
  type Unit,
} from './rules';

const FLOOR = 'identification.not_before';

interface RulesProps {
  chatId: string;
  settings: Resource<SettingsValues>;
}

/** What tokens and identities are held to. */
export function Rules({ chatId, settings }: RulesProps) {
  const { value, error, reload, update } = settings;
  const change = async (changes: SettingsValues) => {
    const after = await changeSettings(chatId, changes);
    update(() => after);
    return after;
  };
  return (
    <>
      <section class="card section" aria-labelledby="rules-heading">
        <h2 id="rules-heading">{t('Rules')}</h2>
        {value ? (
          <RulesFields chatId={chatId} settings={value} change={change} />
        ) : (
          error && <Failure error={error} retry={reload} />
        )}
      </section>
      {value && <Floor settings={value} change={change} />}
    </>
  );
}

const SHAPE = { formOf, changesOf, problemsOf, fieldNamed, saved: msg('The rules are saved.') };

function RulesFields({ chatId, ...props }: SettingsProps & { chatId: string }) {
  const of = useSettingsForm<RulesForm, Field>(SHAPE, props);
  const { form, set, problems } = of;
  return (
    <SettingsFrame of={of} legend={t('Rules')} label={t('Save the rules')}>
      <LengthField
        label={t('An identity lasts')}
        hint={t(
          'Counted from the latest token. Then the page is asked for another, and the chat goes on unverified until it comes. 15 minutes to 24 hours; two hours unless you say otherwise.',
        )}
        units={['minutes', 'hours']}
        length={form.session}
        problem={problems.session}
        onChange={(session) => set({ session })}
      />
      <LengthField
        label={t('Longest lifetime of a token')}
        hint={t(
          'Tokens that say they are valid for longer are refused. 5 minutes to 366 days; empty for no limit of your own.',
        )}
        units={['minutes', 'hours', 'days']}
        length={form.maxLifetime}
        problem={problems.maxLifetime}
        onChange={(maxLifetime) => set({ maxLifetime })}
      />
      <Replay value={form.replay} onChange={(replay) => set({ replay })} />
      <label class="check-field">
        <input
          type="checkbox"
          checked={form.history}
          onChange={(event) => set({ history: event.currentTarget.checked })}
        />
        <span>
          {t('Customers see their earlier conversations')}
          <span class="soft">
            {t('Those in which they were verified, on all their devices, 90 days back.')}
          </span>
        </span>
      </label>
      <TextField
        label={t('Audience')}
        hint={t(
          'If your tokens name an audience (aud) of your own, write it here. The widget token is always accepted.',
        )}
        value={form.audience}
        problem={problems.audience}
        onChange={(audience) => set({ audience })}
      />
      <p>
        {rich('Which websites may have the chat is under {settings}.', {
          settings: <a href={`/chats/${encodeURIComponent(chatId)}/settings`}>{t('Settings')}</a>,
        })}
      </p>
    </SettingsFrame>
  );
}

interface FrameProps {
  id: string;
  label: string;
  hint: string;
  problem: string | undefined;
  children: ComponentChildren;
}

function FieldFrame({ id, label, hint, problem, children }: FrameProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      <p class="soft" id={`${id}-hint`}>
        {hint}
      </p>
      <div id={`${id}-problem`} role="alert">
        {problem && <p class="field-error">{problem}</p>}
      </div>
    </div>
  );
}

interface LengthFieldProps {
  label: string;
  hint: string;
  units: readonly Unit[];
  length: Length;
  problem: string | undefined;
  onChange: (length: Length) => void;
}

function LengthField({ label, hint, units, length, problem, onChange }: LengthFieldProps) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem}>
      <div class="length">
        <input
          id={id}
          class="input"
          inputMode="decimal"
          autocomplete="off"
          value={length.amount}
          aria-describedby={`${id}-hint ${id}-problem`}
          aria-invalid={problem !== undefined}
          onInput={(event) => onChange({ ...length, amount: event.currentTarget.value })}
        />
        <select
          class="input"
          aria-label={t('{label}: unit', { label })}
          value={length.unit}
          onChange={(event) => onChange({ ...length, unit: event.currentTarget.value as Unit })}
        >
          {Object.keys(UNIT_SECONDS)
            .filter((unit) => units.includes(unit as Unit))
            .map((unit) => (
              <option key={unit} value={unit}>
                {t(UNIT_NAMES[unit as Unit])}
              </option>
            ))}
        </select>
      </div>
    </FieldFrame>
  );
}

interface TextFieldProps {
  label: string;
  hint: string;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

function TextField({ label, hint, value, problem, onChange }: TextFieldProps) {
  const id = useId();
  const shared = {
    id,
    class: 'input',
    value,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: false,
    'aria-describedby': `${id}-hint ${id}-problem`,
    'aria-invalid': problem !== undefined,
    onInput: (event: Event) => onChange((event.currentTarget as HTMLInputElement).value),
  } as const;
  return (
    <FieldFrame id={id} label={label} hint={hint} problem={problem}>
      <input {...shared} />
    </FieldFrame>
  );
}

const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  minutes: msg('minutes'),
  hours: msg('hours'),
  days: msg('days'),
};

const REPLAYS = [
  { value: 'off', label: msg('Accept it'), remark: msg('two devices may share a token') },
  { value: 'warn', label: msg('Accept and note it'), remark: msg('it is marked under Recent') },
  { value: 'refuse', label: msg('Refuse it'), remark: msg('each page needs a token of its own') },
] as const;

function Replay({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <fieldset class="choices">
      <legend>{t('When a second browser uses the same token')}</legend>
      {REPLAYS.map((one) => (
        <label key={one.value}>
          <input
            type="radio"
            name="replay"
            checked={one.value === value}
            onChange={() => onChange(one.value)}
          />
          <span>
            {t(one.label)} <span class="soft">– {t(one.remark)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** "Nothing issued before": every identity ended at one stroke. */
function Floor({ settings, change }: SettingsProps) {
  const [asking, setAsking] = useState<'end' | 'remove' | null>(null);
  const close = () => setAsking(null);
  const floor = settings[FLOOR];
  const limited = typeof floor === 'number';
  const end = async () => {
    // The next second, so that a token of this very one is ended too.
    await change({ [FLOOR]: Math.floor(serviceNow() / 1000) + 1 });
    announce(t('All identities are ended.'));
  };
  const remove = async () => {
    await change({ [FLOOR]: null });
    announce(t('The limit is removed.'));
  };
  return (
    <section class="card section" aria-labelledby="floor-heading">
      <h2 id="floor-heading">{t('Nothing issued before')}</h2>
      <p>
        {limited
          ? t('Tokens issued before {time} are refused.', {
              time: fullTime(new Date(floor * 1000).toISOString()),
            })
          : t('There is no such limit now.')}
      </p>
      {mayChange.value && (
        <div class="button-row">
          <button type="button" class="button danger" onClick={() => setAsking('end')}>
            {t('End all identities issued before now')}
          </button>
          {limited && (
            <button type="button" class="button" onClick={() => setAsking('remove')}>
              {t('Remove the limit')}
            </button>
          )}
        </div>
      )}
      {asking === 'end' && (
        <Confirm
          title={t('End all identities?')}
          keep={t('Leave them')}
          verb={t('Yes, end them all')}
          verbing={t('Ending…')}
          danger
          act={end}
          onClose={close}
        >
          <p>{t('From this moment:')}</p>
          <ul>
            <li>{t('every customer who is identified stops being so, on every device;')}</li>
            <li>{t('open chats empty, and their pages are asked to identify anew;')}</li>
            <li>
              {t('tokens issued before now are refused. Your keys go on verifying new ones.')}
            </li>
          </ul>
        </Confirm>
      )}
      {asking === 'remove' && (
        <Confirm
          title={t('Remove the limit?')}
          keep={t('Keep it')}
          verb={t('Yes, remove it')}
          verbing={t('Removing…')}
          danger
          act={remove}
          onClose={close}
        >
          <p>
            {t(
              'Tokens issued before that time are accepted again, as long as they have not expired: also those that somebody may have taken. Identities that were ended stay ended.',
            )}
          </p>
        </Confirm>
      )}
    </section>
  );
}
