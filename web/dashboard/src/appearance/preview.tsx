import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import { previewAppearance, type SettingsValues } from '../../../api/dashboard';
import type { PreviewView } from '../../../api/types';
import { msg, t } from '../i18n';
import { SPOKEN, SPOKEN_CODES, type Spoken } from './form';

const SCENES = ['start', 'talk', 'closed'] as const;
const DEVICES = ['desktop', 'phone'] as const;

const NAMES = {
  start: msg('Opened'),
  talk: msg('In conversation'),
  closed: msg('Closed'),
  desktop: msg('Desktop'),
  phone: msg('Phone'),
  light: msg('Light'),
  dark: msg('Dark'),
} as const;

/** While somebody types, the service is not asked for each letter. */
const CALM_MS = 250;
/** A frame that has not said by then that it is drawn is shown as it is. */
const PATIENCE_MS = 4_000;
/** As wide as the shop's page in the desktop's preview; it is made smaller to fit. */
const DESKTOP_WIDTH = 860;

interface Props {
  chatId: string;
  changes: SettingsValues;
  /** The language that the widget would have, where the operator has not chosen one to look at. */
  language: Spoken;
  /** Told how well the accent stands out from a white page, from 1 to 21. */
  onContrast: (contrast: number) => void;
}

/** The real widget with what is in the form, in a page that can call nobody. */
export function Preview({ chatId, changes, language, onContrast }: Props) {
  const [scene, setScene] = useState<(typeof SCENES)[number]>('start');
  const [device, setDevice] = useState<(typeof DEVICES)[number]>('desktop');
  const [shade, setShade] = useState<'light' | 'dark'>('light');
  const [chosen, setChosen] = useState<Spoken | null>(null);
  const languageId = useId();
  const spoken = chosen ?? language;
  const { draft, refused } = useDraft(chatId, changes, spoken, shade === 'dark');
  useEffect(() => {
    if (draft) onContrast(draft.contrast_light);
  }, [draft]);
  return (
    <section class="card section look-preview" aria-labelledby="preview-heading">
      <h2 id="preview-heading">{t('Preview')}</h2>
      <div class="look-controls">
        <Choice label={t('Show')} words={SCENES} value={scene} choose={setScene} />
        <Choice label={t('Device')} words={DEVICES} value={device} choose={setDevice} />
        <Choice
          label={t('Visitor’s system')}
          words={['light', 'dark'] as const}
          value={shade}
          choose={setShade}
        />
        <div class="look-choice">
          <label for={languageId}>{t('Visitor’s language')}</label>
          <select
            id={languageId}
            class="input"
            value={spoken}
            onChange={(event) => setChosen(event.currentTarget.value as Spoken)}
          >
            {SPOKEN_CODES.map((code) => (
              <option key={code} value={code} lang={code}>
                {SPOKEN[code]}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div class={`look-stage ${device}`}>
        {draft ? (
          <Frames address={addressOf(draft, spoken, scene, shade)} device={device} />
        ) : (
          <p class="soft" role="status">
            {t('The preview is being drawn.')}
          </p>
        )}
      </div>
      <div role="status">
        {refused && (
          <p class="soft">{t('The preview shows the last settings that can be saved.')}</p>
        )}
      </div>
      <p class="soft">
        {t('It is the real widget. What you write here reaches nobody and is not kept.')}
      </p>
    </section>
  );
}

interface ChoiceProps<Word extends keyof typeof NAMES> {
  label: string;
  words: readonly Word[];
  value: Word;
  choose: (word: Word) => void;
}

function Choice<Word extends keyof typeof NAMES>(props: ChoiceProps<Word>) {
  const { label, words, value, choose } = props;
  const id = useId();
  return (
    <div class="look-choice">
      <label for={id}>{label}</label>
      <select
        id={id}
        class="input"
        value={value}
        onChange={(event) => choose(event.currentTarget.value as Word)}
      >
        {words.map((word) => (
          <option key={word} value={word}>
            {t(NAMES[word])}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What the service makes of the changes; the last one that it could take. */
function useDraft(chatId: string, changes: SettingsValues, languages: string, dark: boolean) {
  const [draft, setDraft] = useState<PreviewView | null>(null);
  const [refused, setRefused] = useState(false);
  const wanted = JSON.stringify(changes);
  useEffect(() => {
    const abort = new AbortController();
    const ask = async () => {
      try {
        const body = { settings: JSON.parse(wanted), languages, dark };
        setDraft(await previewAppearance(chatId, body, abort.signal));
        setRefused(false);
      } catch (error) {
        if (abort.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setRefused(true);
      }
    };
    const timer = setTimeout(ask, draft ? CALM_MS : 0);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [chatId, wanted, languages, dark]);
  return { draft, refused };
}

/** The preview's page with what it shows behind the `#`, which is sent to nobody. */
function addressOf(
  draft: PreviewView,
  language: Spoken,
  scene: (typeof SCENES)[number],
  shade: 'light' | 'dark',
): string {
  const { loader, chat, form } = draft;
  const { questions, words } = chat as { questions: string[]; words: Record<string, string> };
  const reply = words.greeting ?? '';
  const said = [
    ['visitor', questions[0] ?? words.inputHint],
    ['assistant', reply],
  ];
  const page = {
    loader,
    chat,
    form,
    reply,
    rtl: language === 'ar' || language === 'he',
    dark: shade === 'dark',
    closed: scene === 'closed',
    messages: scene === 'talk' ? said : [],
  };
  return `/widget/preview#${encodeURIComponent(JSON.stringify(page))}`;
}

/** The page in view, and behind it the next one until it is drawn: nothing flickers. */
function Frames({ address, device }: { address: string; device: 'desktop' | 'phone' }) {
  const [shown, setShown] = useState(address);
  const next = useRef<HTMLIFrameElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown === address) return;
    const show = () => setShown(address);
    const hear = ({ source, data }: MessageEvent) => {
      if (data === 'zipchat:drawn' && source === next.current?.contentWindow) show();
    };
    addEventListener('message', hear);
    const timer = setTimeout(show, PATIENCE_MS);
    return () => {
      removeEventListener('message', hear);
      clearTimeout(timer);
    };
  }, [shown, address]);
  useEffect(() => {
    const { current } = stage;
    if (!current) return;
    const fit = new ResizeObserver(() => {
      const scale = device === 'phone' ? 1 : Math.min(current.clientWidth / DESKTOP_WIDTH, 1);
      current.style.setProperty('--scale', `${scale}`);
    });
    fit.observe(current);
    return () => fit.disconnect();
  }, [device]);
  return (
    <div class="look-frames" ref={stage}>
      {[...new Set([shown, address])].map((source) => (
        <iframe
          key={source}
          ref={source === address ? next : null}
          class={source === shown ? undefined : 'coming'}
          inert={source !== shown}
          src={source}
          title={t('The widget with these settings')}
          // No origin of its own: it can reach neither this page nor what the browser keeps for it.
          sandbox="allow-scripts"
        />
      ))}
    </div>
  );
}
