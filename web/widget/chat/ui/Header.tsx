import type { ComponentChildren } from 'preact';
import { words } from '../words.ts';
import { Icon } from './icons.tsx';

interface HeaderProps {
  name: string;
  status: string;
  back?: (() => void) | undefined;
  close(): void;
  children?: ComponentChildren;
}

export function Header({ name, status, back, close, children }: HeaderProps) {
  return (
    <div class="header">
      {back ? (
        <IconButton icon="back" label={words.back} press={back} />
      ) : (
        <span class="mark" aria-hidden="true">
          {[...name][0]?.toUpperCase()}
        </span>
      )}
      <div class="title">
        <h2 id="name" dir="auto">
          {name}
        </h2>
        <p dir="auto">{status}</p>
      </div>
      {children}
      <IconButton icon="close" label={words.close} press={close} />
    </div>
  );
}

interface IconButtonProps {
  icon: 'back' | 'close' | 'fresh' | 'earlier';
  label: string;
  press(): void;
}

export function IconButton({ icon, label, press }: IconButtonProps) {
  return (
    <button type="button" class="round" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
