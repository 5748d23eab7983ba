import type { ComponentChildren } from 'preact';
import { Brand } from '../parts/brand';
import { ThemeButton } from '../parts/header';
import '../styles/account.css';

/** A page for who is not signed in. */
export function Door({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="login">
      <div class="login-theme">
        <ThemeButton />
      </div>
      <div class="login-card">
        <Brand />
        <h1>{title}</h1>
        {children}
      </div>
    </div>
  );
}
