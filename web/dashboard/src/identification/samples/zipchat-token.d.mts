/** A signed token for a customer of the shop. */
export function zipchatToken(customer: {
  id: number | string;
  email: string;
  firstName?: string;
  lastName?: string;
  plan?: string;
}): string;
