import { ago, fullTime } from '../format';

/** How long ago it was; the exact time on hover. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ago(at, new Date())}
    </time>
  );
}

export function FullTime({ at }: { at: string }) {
  return <time dateTime={at}>{fullTime(at)}</time>;
}
