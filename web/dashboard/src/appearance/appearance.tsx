import { useEffect, useRef, useState } from 'preact/hooks';
import type { SettingsValues } from '../../../api/dashboard';
import { msg, t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { guardLeaving } from '../router';
import { mayChange } from '../session';
import {
  type SetFields,
  SettingsFrame,
  type SettingsProps,
  useSettingsForm,
} from '../settings/form';
import { Choices, ColourField, Line } from './fields';
import {
  type AppearanceForm,
  changesOf,
  DEFAULTS,
  type Field,
  ICONS,
  OWN_ACCENT,
  problemsOf,
  SHAPE,
  SIDES,
  SIZES,
  SPOKEN,
  SPOKEN_CODES,
  type Spoken,
  THEMES,
} from './form';
import { Preview } from './preview';
import { Texts } from './texts';

/** Below this, a bubble is hard to see on its page. */
const LEAST_CONTRAST = 3;

const THEME_NAMES = {
  auto: msg('As the visitor’s system'),
  light: msg('Always light'),
  dark: msg('Always dark'),
} as const;
const SIDE_NAMES = {
  end: msg('Where lines end: on the right of an English page'),
  start: msg('Where lines begin: on the left of an English page'),
} as const;
const SIZE_NAMES = { small: msg('Small'), medium: msg('Medium'), large: msg('Large') } as const;
const ICON_NAMES = {
  chat: msg('Speech bubble'),
  question: msg('Question mark'),
  heart: msg('Heart'),
  star: msg('Star'),
} as const;

interface Props extends SettingsProps {
  chatId: string;
}

/** The form of the appearance, and beside it the widget as it would be. */
export function Appearance({ chatId, settings, change }: Props) {
  const saved = SHAPE.formOf(settings);
  const [before, setBefore] = useState<AppearanceForm | null>(null);
  const keep = async (changes: SettingsValues) => {
    const after = await change(changes);
    setBefore(saved);
    return after;
  };
  const of = useSettingsForm<AppearanceForm, Field>(SHAPE, { settings, change: keep });
  const { form, set, problems, dirty } = of;
  const [contrast, setContrast] = useState(21);
  const changes = Object.keys(problemsOf(form)).length ? {} : changesOf(saved, form);
  const language = form.language === 'auto' ? 'en' : form.language;
  const reset = () => set(DEFAULTS);
  return (
    <div class="look">
      <section class="card section" aria-labelledby="look-heading">
        <h2 id="look-heading">{t('Your widget')}</h2>
        <SettingsFrame
          of={of}
          legend={t('Appearance')}
          label={t('Save the appearance')}
          more={
            <button type="button" class="button quiet" onClick={reset}>
              {t('Reset to defaults')}
            </button>
          }
        >
          <Colours form={form} set={set} problems={problems} contrast={contrast} />
          <Place form={form} set={set} problems={problems} />
          <h3>{t('Words')}</h3>
          <div class="field">
            <label for="look-language">{t('Language')}</label>
            <select
              id="look-language"
              class="input"
              value={form.language}
              onChange={(event) => set({ language: event.currentTarget.value as Spoken | 'auto' })}
            >
              <option value="auto">{t('The page’s, or else the visitor’s')}</option>
              {SPOKEN_CODES.map((code) => (
                <option key={code} value={code} lang={code}>
                  {SPOKEN[code]}
                </option>
              ))}
            </select>
          </div>
          <Texts form={form} problem={problems.texts} set={set} />
        </SettingsFrame>
        {before && !dirty && mayChange.value && (
          <p class="notice">
            <span>{t('Saved. Your pages follow within five minutes.')}</span>
            <button
              type="button"
              class="button"
              disabled={of.action.busy}
              onClick={() => of.give(changesOf(saved, before))}
            >
              {t('Take it back')}
            </button>
          </p>
        )}
      </section>
      <Preview chatId={chatId} changes={changes} language={language} onContrast={setContrast} />
      <Leaving unsaved={dirty} />
    </div>
  );
}

interface GroupProps {
  form: AppearanceForm;
  set: SetFields<AppearanceForm>;
  problems: Partial<Record<Field, string>>;
}

function Colours(props: GroupProps & { contrast: number }) {
  const { form, set, problems, contrast } = props;
  // On a dark page its white rim shows it.
  const pale = form.theme !== 'dark' && contrast < LEAST_CONTRAST;
  return (
    <>
      <h3>{t('Colours')}</h3>
      <ColourField
        label={t('Colour')}
        picker={t('Pick the colour')}
        hint={t(
          'Of the bubble, of what visitors say, and of buttons. Text on it is black or white, whichever can be read.',
        )}
        value={form.accent}
        problem={problems.accent}
        change={(accent) => set({ accent })}
      />
      <ColourField
        label={t('Colour where it is dark')}
        picker={t('Pick the colour where it is dark')}
        hint={t('Empty: the same.')}
        usual={/^#[0-9a-f]{6}$/i.test(form.accent) ? form.accent : OWN_ACCENT}
        value={form.accentDark}
        problem={problems.accentDark}
        change={(accentDark) => set({ accentDark })}
      />
      <div role="status">
        {pale && (
          <p class="notice warn">
            {t(
              'On a white page this bubble is hard to see: the contrast is {ratio} to 1, and 3 to 1 is needed.',
              { ratio: contrast.toFixed(1) },
            )}
          </p>
        )}
      </div>
      <Choices
        legend={t('Light or dark')}
        words={THEMES}
        labels={shown(THEME_NAMES)}
        value={form.theme}
        choose={(theme) => set({ theme })}
      />
    </>
  );
}

function Place({ form, set, problems }: GroupProps) {
  return (
    <>
      <h3>{t('Place and size')}</h3>
      <Choices
        legend={t('Side')}
        words={SIDES}
        labels={shown(SIDE_NAMES)}
        value={form.side}
        choose={(side) => set({ side })}
      />
      <div class="look-pair">
        <Line
          label={t('Pixels from the side')}
          inputMode="numeric"
          longest={3}
          value={form.offsetInline}
          problem={problems.offsetInline}
          change={(offsetInline) => set({ offsetInline })}
        />
        <Line
          label={t('Pixels from the bottom')}
          inputMode="numeric"
          longest={3}
          value={form.offsetBlock}
          problem={problems.offsetBlock}
          change={(offsetBlock) => set({ offsetBlock })}
        />
      </div>
      <Choices
        legend={t('Bubble')}
        words={SIZES}
        labels={shown(SIZE_NAMES)}
        value={form.bubbleSize}
        choose={(bubbleSize) => set({ bubbleSize })}
      />
      <Choices
        legend={t('Panel')}
        words={SIZES}
        labels={shown(SIZE_NAMES)}
        value={form.panelSize}
        choose={(panelSize) => set({ panelSize })}
      />
      <Choices
        legend={t('Drawing on the bubble')}
        words={ICONS}
        labels={shown(ICON_NAMES)}
        value={form.icon}
        choose={(icon) => set({ icon })}
      />
    </>
  );
}

function shown<Word extends string>(names: Readonly<Record<Word, string>>): Record<Word, string> {
  const entries = Object.entries<string>(names).map(([word, name]) => [word, t(name)]);
  return Object.fromEntries(entries) as Record<Word, string>;
}

/** Asks before the page is left with something in it that is not saved. */
function Leaving({ unsaved }: { unsaved: boolean }) {
  const [asked, setAsked] = useState(false);
  const pending = useRef<((leave: boolean) => void)[]>([]);
  useEffect(() => {
    if (!unsaved) return;
    return guardLeaving(() => {
      setAsked(true);
      return new Promise((resolve) => pending.current.push(resolve));
    });
  }, [unsaved]);
  if (!asked) return null;
  const answer = (leave: boolean) => {
    setAsked(false);
    for (const resolve of pending.current.splice(0)) resolve(leave);
  };
  return (
    <Dialog
      title={t('Leave without saving?')}
      onDismiss={() => answer(false)}
      actions={
        <>
          <button type="button" class="button" onClick={() => answer(false)}>
            {t('Stay')}
          </button>
          <button type="button" class="button primary" onClick={() => answer(true)}>
            {t('Leave')}
          </button>
        </>
      }
    >
      <p>{t('What you have changed in the appearance is not saved.')}</p>
    </Dialog>
  );
}
