/** String values by key that survive whatever the page's storage does: where it is blocked or full, for this page only. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** A store on `local()`, which may throw: browsers refuse storage by throwing from its very getter. */
export function createStore(local: () => Storage): Store {
  const memory = new Map<string, string>();
  return {
    get(key) {
      try {
        return memory.get(key) ?? local().getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        local().setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.delete(key);
      try {
        local().removeItem(key);
      } catch {
        // What cannot be reached was not kept either.
      }
    },
  };
}
