import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Session } from '../session.ts';
import type { Store } from '../store.ts';
import type { VisitorView } from '../wire.ts';
import { fill, say, words } from '../words.ts';
import { Conversation } from './Conversation.tsx';
import { Header, IconButton } from './Header.tsx';
import { History } from './History.tsx';
import { StartNew } from './StartNew.tsx';

interface PanelProps {
  store: Store;
  session: Session;
  close(): void;
}

/** All that is inside the dialog. */
export function Panel({ store, session, close }: PanelProps) {
  const { visitor, required, messages, conversation } = store.state.value;
  const view = useSignal<'chat' | 'history'>('chat');
  const asking = useSignal(false);
  const hasEarlier = useSignal(false);
  const speaker = say.name || words.assistant;

  useEffect(() => {
    view.value = 'chat';
    hasEarlier.value = false;
    if (!visitor.verified) return;
    void session.summaries().then((list) => {
      hasEarlier.value = list?.some(({ current }) => !current) ?? false;
    });
  }, [visitor.verified, visitor.email, conversation]);

  if (view.value === 'history') {
    const leave = () => {
      view.value = 'chat';
    };
    return <History store={store} session={session} name={speaker} leave={leave} close={close} />;
  }
  return (
    <>
      <Header
        name={speaker}
        status={required ? words.customersOnly : statusOf(visitor)}
        close={close}
      >
        {hasEarlier.value && (
          <IconButton
            icon="earlier"
            label={words.earlier}
            press={() => {
              view.value = 'history';
            }}
          />
        )}
        {messages.length > 0 && (
          <IconButton
            icon="fresh"
            label={words.startNew}
            press={() => {
              asking.value = true;
            }}
          />
        )}
      </Header>
      {asking.value && <StartNew session={session} asking={asking} kept={visitor.verified} />}
      <Conversation store={store} session={session} name={speaker} />
    </>
  );
}

function statusOf({ verified, firstName, lastName, email }: VisitorView): string {
  if (!verified) return say.status || words.notSignedIn;
  return fill(words.signedInAs, `${firstName} ${lastName}`.trim() || email);
}
