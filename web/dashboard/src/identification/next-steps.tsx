import { CodeBlock } from '../parts/code-block';
import { Tabs } from '../parts/tabs';
import { KEY_VARIABLE } from './key-text';
import { partAddress } from './parts-nav';
import { BACKEND_SAMPLES, PAGE_SAMPLE, SIGN_OUT_SAMPLE } from './samples';

/** From a key to a customer who is recognised. */
export function NextSteps({ chatId }: { chatId: string }) {
  return (
    <div class="steps">
      <h3>Next steps</h3>
      <ol>
        <li>
          <h4>Keep the key in your backend's environment</h4>
          <p>
            The samples read it from the environment variable <code>{KEY_VARIABLE}</code>. It must
            never reach a page, an app or a repository.
          </p>
        </li>
        <li>
          <h4>Sign a token for the customer who is signed in</h4>
          <p>
            Only <code>email</code>, <code>iat</code> and <code>exp</code> are required. An hour of
            life is plenty: the chat asks again when it needs another.
          </p>
          <Tabs
            label="Language"
            tabs={BACKEND_SAMPLES.map(({ language, code }) => ({
              label: language,
              content: <CodeBlock code={code} name={`${language} sample`} />,
            }))}
          />
        </li>
        <li>
          <h4>Hand it to the chat in your pages</h4>
          <CodeBlock code={PAGE_SAMPLE} name="page snippet" />
        </li>
        <li>
          <h4>Say goodbye at sign-out</h4>
          <p>So that the next person at the same browser does not see this one's conversation.</p>
          <CodeBlock code={SIGN_OUT_SAMPLE} name="sign-out snippet" />
        </li>
      </ol>
      <p class="soft">
        A token that is refused? <a href={partAddress(chatId, 'check')}>Check a token</a> says what
        is wrong with it, and so does <code>zipchat token inspect --chat {chatId}</code>.
      </p>
    </div>
  );
}
