/** Zipchat in Vue: a component and a composable over the one loader of `@zipchat/web`. */

import {
  createCustomer,
  loadZipchat,
  type TokenProvider,
  type Zipchat,
  type ZipchatOptions,
} from '@zipchat/web';
import {
  type DefineSetupFnComponent,
  defineComponent,
  type MaybeRefOrGetter,
  onMounted,
  type ShallowRef,
  shallowRef,
  toValue,
  watch,
} from 'vue';

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
  zipchat: Readonly<ShallowRef<Zipchat | null>>;
  /** The script could not be had. */
  failed: Readonly<ShallowRef<boolean>>;
  open: () => void;
  close: () => void;
  logout: () => void;
}

/** The page's widget, with whoever is signed in. */
export function useZipchat(props: MaybeRefOrGetter<ZipchatProps>): ZipchatState {
  const zipchat = shallowRef<Zipchat | null>(null);
  const failed = shallowRef(false);
  let follows: ReturnType<typeof createCustomer> | null = null;

  // Not on a server, where nothing is mounted.
  onMounted(() => {
    const { host, id, nonce } = toValue(props);
    loadZipchat({ host, id, ...(nonce === undefined ? {} : { nonce }) }).then(
      (loaded) => {
        zipchat.value = loaded;
      },
      () => {
        failed.value = true;
      },
    );
  });
  watch([zipchat, () => toValue(props).customer], ([loaded, customer]) => {
    if (!loaded || customer === undefined) return;
    follows ??= createCustomer(loaded);
    // The newest function is asked, whichever was there when the customer came.
    follows.follow(customer, () => toValue(props).getToken?.() ?? null);
  });

  return {
    zipchat,
    failed,
    open: () => void zipchat.value?.open(),
    close: () => void zipchat.value?.close(),
    logout: () => void zipchat.value?.logout(),
  };
}

/** The widget as a component, which draws nothing of its own. Put it where it stays, once. */
export const ZipchatWidget: DefineSetupFnComponent<ZipchatProps> = defineComponent(
  (props: ZipchatProps) => {
    useZipchat(() => props);
    return () => null;
  },
  // Vue needs the names at run time, where there are no types.
  { name: 'ZipchatWidget', props: ['host', 'id', 'nonce', 'customer', 'getToken'] },
);
