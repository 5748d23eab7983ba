import { Fragment } from 'preact';
import { CopyButton } from './copy-button';
import { scrollRegion } from './scroll-region';

interface Props {
  code: string;
  /** What it is, for the copy button and for those who cannot see the frame around it. */
  name: string;
  /** Whether long lines break instead of scrolling: for one-liners. */
  wrap?: boolean;
  /** The same code in pieces of a kind; whole lines of comment are told apart without. */
  pieces?: readonly { kind: string; text: string }[];
}

const COMMENT = /^\s*(#|\/\/|<!--)/;

/** Code to read and to copy, as it stands. */
export function CodeBlock({ code, name, wrap = false, pieces }: Props) {
  return (
    <div class="code">
      <pre {...scrollRegion(name)} data-wrap={wrap}>
        <code>
          {pieces?.map(({ kind, text }, at) =>
            kind === 'plain' ? (
              text
            ) : (
              <span key={at} class={`code-${kind}`}>
                {text}
              </span>
            ),
          ) ??
            code.split('\n').map((line, at) => (
              <Fragment key={at}>
                {COMMENT.test(line) ? <span class="code-comment">{line}</span> : line}
                {'\n'}
              </Fragment>
            ))}
        </code>
      </pre>
      <CopyButton text={code} of={name} />
    </div>
  );
}
