import { CodeBlock } from '../parts/code-block';

/** The tag that puts the chat on a website. */
export function Install({ snippet }: { snippet: string }) {
  const host = scriptOrigin(snippet);
  return (
    <section class="card section" aria-labelledby="install-heading">
      <h2 id="install-heading">Install the chat</h2>
      <p>
        Paste this tag into every page of your website, anywhere in its <code>&lt;head&gt;</code> or
        before <code>&lt;/body&gt;</code>. The chat appears at the next visit.
      </p>
      <CodeBlock code={snippet} name="install snippet" wrap />
      {host && (
        <details class="disclosure">
          <summary>My website sends a Content-Security-Policy</summary>
          <p>
            Add this address to two of its directives. The chat needs no other, no inline script and
            no inline style.
          </p>
          <CodeBlock
            code={`script-src ${host}; connect-src ${host}`}
            name="policy directives"
            wrap
          />
        </details>
      )}
    </section>
  );
}

/** Scheme and host of the tag's script. */
export function scriptOrigin(snippet: string): string | null {
  const address = /\bsrc="([^"]+)"/.exec(snippet)?.[1];
  return address && URL.canParse(address) ? new URL(address).origin : null;
}
