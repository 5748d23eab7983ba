import { useArrival, useTitle } from '../arrival';

export function NotFound() {
  useTitle('Not found');
  const heading = useArrival();
  return (
    <div class="notice-page">
      <p class="notice-code" aria-hidden="true">
        404
      </p>
      <h1 ref={heading} tabIndex={-1}>
        There is nothing here
      </h1>
      <p>The address is wrong, or what it names belongs to another account.</p>
      <a class="button" href="/">
        All chats
      </a>
    </div>
  );
}
