import type { Json } from '../../../api/dashboard';

/** What the shop said about a customer: a table, with lists and objects as indented JSON. */
export function Attributes({ attributes }: { attributes: { [key: string]: Json } }) {
  const entries = Object.entries(attributes);
  return (
    <table class="attributes">
      <caption class="unseen">Additional attributes</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">Attribute</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([key, value]) => (
          <tr key={key}>
            <th scope="row" dir="auto">
              {key}
            </th>
            <td>
              <Value value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value }: { value: Json }) {
  if (typeof value === 'string') return <span dir="auto">{value || '(empty)'}</span>;
  if (typeof value === 'object' && value !== null)
    return <pre>{JSON.stringify(value, null, 2)}</pre>;
  return <code>{String(value)}</code>;
}
