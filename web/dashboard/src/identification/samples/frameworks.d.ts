/** What the samples for frameworks take from them, so that they are checked without the frameworks being here. */

declare module 'react' {
  export { useEffect } from 'preact/hooks';
}

declare module 'vue' {
  export function onMounted(hook: () => void): void;
  export function onUnmounted(hook: () => void): void;
}

declare module '@/your-session' {
  export function signedInCustomer(): Promise<{ id: number; email: string } | null>;
}

declare module '@/zipchat-token.mjs' {
  export function zipchatToken(customer: { id: number | string; email: string }): string;
}
