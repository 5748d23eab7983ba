import { useId, useState } from 'preact/hooks';
import { addAddress, addFile, addText, type PagesMeant } from '../../../api/dashboard';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { msg, t } from '../i18n';
import { Tabs } from '../parts/tabs';

interface Props {
  chatId: string;
  added: () => Promise<unknown>;
}

/** The three ways in. */
export function AddKnowledge(props: Props) {
  const tabs = [
    { label: t('Address'), content: <AddAddress {...props} /> },
    { label: t('Files'), content: <AddFiles {...props} /> },
    { label: t('Text'), content: <AddText {...props} /> },
  ];
  return <Tabs label={t('Add knowledge')} tabs={tabs} />;
}

const MEANT: readonly { pages: PagesMeant; label: string }[] = [
  { pages: 'this', label: msg('This page') },
  { pages: 'linked', label: msg('This page, and the pages on this host that it links to') },
  { pages: 'sitemap', label: msg('It is a sitemap: the pages on this host that it lists') },
];

function AddAddress({ chatId, added }: Props) {
  const { busy, error, run } = useAction();
  const [url, setUrl] = useState('');
  const [pages, setPages] = useState<PagesMeant>('this');
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !url.trim()) return;
    void run(async () => {
      await addAddress(chatId, url.trim(), pages);
      setUrl('');
      announce(t('The address is added, and will be read.'));
      await added();
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <div class="field">
        <label for={id}>{t('Address')}</label>
        <input
          id={id}
          class="input"
          type="url"
          inputMode="url"
          autocomplete="off"
          placeholder="https://shop.example/returns"
          value={url}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
      </div>
      <fieldset class="meant">
        <legend>{t('What is read')}</legend>
        {MEANT.map((choice) => (
          <label key={choice.pages} class="check-field">
            <input
              type="radio"
              name={`${id}-pages`}
              checked={pages === choice.pages}
              onChange={() => setPages(choice.pages)}
            />
            <span>{t(choice.label)}</span>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="button primary" disabled={busy || !url.trim()}>
        {busy ? t('Adding…') : t('Add the address')}
      </button>
      <ActionError error={error} />
    </form>
  );
}

interface Refused {
  name: string;
  why: string;
}

function AddFiles({ chatId, added }: Props) {
  const { busy, error, run } = useAction();
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<Refused[]>([]);
  const id = useId();
  const take = (files: FileList | null | undefined) => {
    if (busy || !files?.length) return;
    const chosen = [...files];
    setRefused([]);
    void run(async () => {
      let failure: unknown;
      for (const file of chosen) {
        try {
          await addFile(chatId, file);
        } catch (why) {
          failure = why;
          const message = why instanceof Error ? why.message : '';
          setRefused((before) => [...before, { name: file.name, why: message }]);
        }
      }
      announce(failure ? t('Not all files could be read.') : t('The files are added.'));
      await added();
    });
  };
  return (
    <div class="form">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut; the button in it does the same. */}
      <div
        class={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}
      >
        <p>
          <strong>{t('Drop files here')}</strong>
          <span class="soft">{t('PDF, Markdown, HTML or plain text, at most 10 MiB each')}</span>
        </p>
        <label class={busy ? 'button busy' : 'button'} for={id}>
          {busy ? t('Reading…') : t('Choose files')}
        </label>
        <input
          id={id}
          class="unseen"
          type="file"
          multiple
          accept=".pdf,.md,.markdown,.txt,.html,.htm"
          disabled={busy}
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
      </div>
      <div role="alert">
        {refused.map(({ name, why }) => (
          <p key={name} class="field-error">
            <strong>{name}</strong>: {t(why)}.
          </p>
        ))}
      </div>
      <ActionError error={error} />
    </div>
  );
}

function AddText({ chatId, added }: Props) {
  const { busy, error, run } = useAction();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const id = useId();
  const ready = name.trim() !== '' && text.trim() !== '';
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || !ready) return;
    void run(async () => {
      await addText(chatId, name.trim(), text);
      setName('');
      setText('');
      announce(t('The text is added.'));
      await added();
    });
  };
  return (
    <form class="form" onSubmit={submit}>
      <div class="field">
        <label for={`${id}-name`}>{t('Title')}</label>
        <input
          id={`${id}-name`}
          class="input"
          maxLength={200}
          placeholder={t('Opening hours')}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}-text`}>{t('Text')}</label>
        <textarea
          id={`${id}-text`}
          class="input"
          rows={6}
          value={text}
          aria-describedby={`${id}-hint`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p class="soft" id={`${id}-hint`}>
          {t('Lines that begin with # are headings. Visitors may be shown what is written here.')}
        </p>
      </div>
      <button type="submit" class="button primary" disabled={busy || !ready}>
        {busy ? t('Adding…') : t('Add the text')}
      </button>
      <ActionError error={error} />
    </form>
  );
}
