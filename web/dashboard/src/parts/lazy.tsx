import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Skeleton } from './skeleton';

export type Load<P> = () => Promise<{ default: ComponentType<P> }>;

const loaded = new Map<unknown, unknown>();

interface Props<P> {
  /** The same function each time: what it brought is kept under it. */
  load: Load<P>;
  of: string;
  give: P;
}

/** A part of the dashboard in a file of its own, fetched when it is first wanted. */
export function Lazy<P extends object>({ load, of, give }: Props<P>) {
  const [, redraw] = useState(0);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (loaded.has(load)) return;
    load().then(
      (module) => {
        loaded.set(load, module.default);
        redraw((count) => count + 1);
      },
      () => setFailed(true),
    );
  }, [load]);

  const Part = loaded.get(load) as ComponentType<P> | undefined;
  if (Part) return <Part {...give} />;
  return failed ? <Outdated /> : <Skeleton rows={4} of={of} />;
}

/** A part's file is gone after an update of the service; the document names the new ones. */
function Outdated() {
  return (
    <div class="notice-page" role="alert">
      <h2>{t('This page could not be loaded')}</h2>
      <p>{t('The dashboard may have been updated meanwhile, or the connection is gone.')}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {t('Load again')}
      </button>
    </div>
  );
}
