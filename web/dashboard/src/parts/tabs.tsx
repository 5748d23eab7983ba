import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

interface Tab {
  label: string;
  content: ComponentChildren;
}

interface Props {
  label: string;
  tabs: readonly Tab[];
  /** Under which name this browser remembers the tab that was chosen last. */
  remember?: string;
}

/** One of several, by a row of tabs; the arrow keys change the tab. */
export function Tabs({ label, tabs, remember }: Props) {
  const [chosen, choose] = useState(() => remembered(remember, tabs));
  const setChosen = (at: number) => {
    choose(at);
    if (remember) keep(remember, tabs[at]?.label ?? '');
  };
  const id = useId();
  const step = (event: KeyboardEvent) => {
    const targets: Record<string, number> = {
      ArrowRight: (chosen + 1) % tabs.length,
      ArrowLeft: (chosen - 1 + tabs.length) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setChosen(target);
    document.getElementById(`${id}-tab-${target}`)?.focus();
  };
  return (
    <div class="tabbed">
      <div class="tab-list" role="tablist" aria-label={label} onKeyDown={step}>
        {tabs.map((tab, at) => (
          <button
            key={tab.label}
            type="button"
            role="tab"
            id={`${id}-tab-${at}`}
            aria-selected={at === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={at === chosen ? 0 : -1}
            onClick={() => setChosen(at)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${chosen}`}>
        {tabs[chosen]?.content}
      </div>
    </div>
  );
}

const STORAGE_KEY = 'zipchat_dashboard_tab_';

function remembered(name: string | undefined, tabs: readonly Tab[]): number {
  if (!name) return 0;
  try {
    const label = localStorage.getItem(STORAGE_KEY + name);
    return Math.max(
      0,
      tabs.findIndex((tab) => tab.label === label),
    );
  } catch {
    return 0;
  }
}

function keep(name: string, label: string): void {
  try {
    localStorage.setItem(STORAGE_KEY + name, label);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
}
