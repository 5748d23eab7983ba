import type { PageProps } from '../app';
import { useArrival, useTitle } from '../arrival';
import { Install } from '../identification/install';
import { IdentificationSection } from '../identification/section';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';

/** How a shop's website and backend are joined to the chat. */
export default function IntegrationsPage({ chat }: PageProps) {
  useTitle('Integrations', chat.value?.chat.name);
  const heading = useArrival();
  return (
    <div class="page">
      <div class="page-head">
        <h1 ref={heading} tabIndex={-1}>
          Integrations
        </h1>
      </div>
      {chat.value ? (
        <>
          <Install snippet={chat.value.install_snippet} />
          {chat.value.chat.identification.available && (
            <IdentificationSection chatId={chat.value.chat.id} />
          )}
        </>
      ) : chat.error ? (
        <Failure error={chat.error} retry={chat.reload} />
      ) : (
        <Skeleton rows={4} of="the integrations" />
      )}
    </div>
  );
}
