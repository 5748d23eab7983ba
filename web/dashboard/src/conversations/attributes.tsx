import { useId } from 'preact/hooks';
import { t } from '../i18n';

/** What the shop said about a customer: a table, with lists and objects as indented JSON. */
export function Attributes({ attributes }: { attributes: Record<string, unknown> }) {
  return (
    <table class="attributes">
      <caption class="unseen">{t('Additional attributes')}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{t('Attribute')}</th>
          <th scope="col">{t('Value')}</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(attributes).map(([key, value]) => (
          <Row key={key} name={key} value={value} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ name, value }: { name: string; value: unknown }) {
  const nameId = useId();
  if (typeof value === 'object' && value !== null) {
    return (
      <>
        <tr>
          <th id={nameId} colSpan={2} dir="auto">
            {name}
          </th>
        </tr>
        <tr>
          <td class="attribute-tree" headers={nameId} colSpan={2}>
            <pre>{JSON.stringify(value, null, 2)}</pre>
          </td>
        </tr>
      </>
    );
  }
  return (
    <tr>
      <th scope="row" dir="auto">
        {name}
      </th>
      <td dir="auto">{typeof value === 'string' ? value : <code>{String(value)}</code>}</td>
    </tr>
  );
}
