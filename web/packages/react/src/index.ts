/** Zipchat in React: a component and a hook over the one loader of `@zipchat/web`. */

import {
  createCustomer,
  loadZipchat,
  type TokenProvider,
  type Zipchat,
  type ZipchatOptions,
} from '@zipchat/web';
import { useEffect, useRef, useState } from 'react';

export type { Message, Outcome, TokenProvider, Zipchat, ZipchatOptions } from '@zipchat/web';

export interface ZipchatProps extends ZipchatOptions {
  /** Who is signed in to the shop, in whatever way it tells people apart; null for nobody, absent while it is not known. */
  customer?: string | null | undefined;
  /** Gets a token for them from the shop's server. */
  getToken?: TokenProvider | undefined;
}

/** What a component can do with the widget. */
export interface ZipchatState {
  /** Null until the script is there, and on a server. */
  zipchat: Zipchat | null;
  /** The script could not be had. */
  failed: boolean;
  open: () => void;
  close: () => void;
  logout: () => void;
}

/** The page's widget, with whoever is signed in. */
export function useZipchat(props: ZipchatProps): ZipchatState {
  const { host, id, nonce, customer, getToken } = props;
  const [zipchat, setZipchat] = useState<Zipchat | null>(null);
  const [failed, setFailed] = useState(false);
  const follows = useRef<ReturnType<typeof createCustomer> | null>(null);
  const provider = useRef(getToken);
  provider.current = getToken;

  useEffect(() => {
    let gone = false;
    loadZipchat({ host, id, ...(nonce === undefined ? {} : { nonce }) }).then(
      (loaded) => !gone && setZipchat(loaded),
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [host, id, nonce]);

  useEffect(() => {
    if (!zipchat || customer === undefined) return;
    follows.current ??= createCustomer(zipchat);
    // The newest function is asked, whichever was there when the customer came.
    follows.current.follow(customer, () => provider.current?.() ?? null);
  }, [zipchat, customer]);

  return {
    zipchat,
    failed,
    open: () => void zipchat?.open(),
    close: () => void zipchat?.close(),
    logout: () => void zipchat?.logout(),
  };
}

/** The widget as a component, which draws nothing of its own. Put it where it stays, once. */
export function ZipchatWidget(props: ZipchatProps): null {
  useZipchat(props);
  return null;
}
