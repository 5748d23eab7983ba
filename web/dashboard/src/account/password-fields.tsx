import { useId, useState } from 'preact/hooks';
import { t } from '../i18n';

interface Props {
  value: string;
  onChange: (next: string) => void;
  label: string;
}

/** A new password, with what is asked of one. */
export function NewPasswordField({ value, onChange, label }: Props) {
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        type={(shown ? 'text' : 'password') as 'password'}
        autocomplete="new-password"
        minLength={10}
        required
        value={value}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="soft" id={`${id}-hint`}>
        {t('At least 10 characters. A few words in a row are easy to keep in mind.')}
      </p>
      <label class="check-field">
        <input
          type="checkbox"
          checked={shown}
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        <span>{t('Show what I type')}</span>
      </label>
    </div>
  );
}
