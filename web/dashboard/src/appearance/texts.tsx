import { useState } from 'preact/hooks';
import { t } from '../i18n';
import type { SetFields } from '../settings/form';
import { Line } from './fields';
import {
  type AppearanceForm,
  NO_TEXTS,
  type OwnTexts,
  SPOKEN,
  SPOKEN_CODES,
  type Spoken,
} from './form';

interface Props {
  form: AppearanceForm;
  problem: string | undefined;
  set: SetFields<AppearanceForm>;
}

/** What the widget says in the merchant's words: in all languages, and in certain ones. */
export function Texts({ form, problem, set }: Props) {
  const [language, setLanguage] = useState<Spoken | ''>('');
  const texts = language ? (form.translations[language] ?? NO_TEXTS) : form.texts;
  const usual = language ? form.texts : NO_TEXTS;
  const change = (next: Partial<OwnTexts>) =>
    set((now) => {
      if (!language) return { texts: { ...now.texts, ...next } };
      const changed = { ...(now.translations[language] ?? NO_TEXTS), ...next };
      return { translations: { ...now.translations, [language]: changed } };
    });
  const lang = language || undefined;
  return (
    <>
      <div class="field">
        <label for="texts-language">{t('Your words in')}</label>
        <select
          id="texts-language"
          class="input"
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value as Spoken | '')}
        >
          <option value="">{t('All languages')}</option>
          {SPOKEN_CODES.map((code) => (
            <option key={code} value={code} lang={code}>
              {SPOKEN[code]}
            </option>
          ))}
        </select>
        <p class="soft">
          {language
            ? t('What is empty here is taken from the words for all languages.')
            : t('What is empty, the widget says in its own words, in the visitor’s language.')}
        </p>
      </div>
      <Line
        label={t('Name at the top')}
        hint={t('Empty: the name of this chat.')}
        longest={60}
        lang={lang}
        placeholder={usual.title}
        value={texts.title}
        change={(title) => change({ title })}
      />
      <Line
        label={t('Line under the name')}
        hint={t('Customers who are signed in see there as whom.')}
        longest={100}
        lang={lang}
        placeholder={usual.status}
        value={texts.status}
        change={(status) => change({ status })}
      />
      <Line
        label={t('Welcome')}
        longest={300}
        rows={2}
        lang={lang}
        placeholder={usual.welcome}
        value={texts.welcome}
        change={(welcome) => change({ welcome: welcome.replace(/\s*\n\s*/g, ' ') })}
      />
      <Line
        label={t('Hint in the field')}
        longest={100}
        lang={lang}
        placeholder={usual.placeholder}
        value={texts.placeholder}
        change={(placeholder) => change({ placeholder })}
      />
      <Line
        label={t('Suggested questions')}
        hint={t('One a line, at most four. Visitors ask them with one press.')}
        rows={4}
        lang={lang}
        placeholder={usual.questions}
        problem={problem}
        value={texts.questions}
        change={(questions) => change({ questions })}
      />
    </>
  );
}
