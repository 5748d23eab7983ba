import { Fragment } from 'preact';
import { CopyButton } from './copy-button';
import { scrollRegion } from './scroll-region';

interface Props {
  code: string;
  /** What it is, for the copy button and for those who cannot see the frame around it. */
  name: string;
}

const COMMENT = /^\s*(#|\/\/|<!--)/;

/** Code to read and to copy, as it stands. */
export function CodeBlock({ code, name }: Props) {
  return (
    <div class="code">
      <pre {...scrollRegion(name)}>
        <code>
          {code.split('\n').map((line, at) => (
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
