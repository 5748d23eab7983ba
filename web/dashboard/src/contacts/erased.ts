import { signal } from '@preact/signals';
import type { Erased } from '../../../api/dashboard';

/** What was erased last, for the list that one returns to. */
export const lastErased = signal<Erased | null>(null);
