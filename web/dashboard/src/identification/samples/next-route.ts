// app/zipchat-token/route.ts. zipchat-token.mjs is the Node.js sample of the step before;
// signedInCustomer() is how your own code tells who is signed in.
import { signedInCustomer } from '@/your-session';
import { zipchatToken } from '@/zipchat-token.mjs';

export async function POST() {
  const customer = await signedInCustomer();
  if (!customer) return new Response(null, { status: 401 });
  const headers = { 'Cache-Control': 'no-store' };
  return Response.json({ token: zipchatToken(customer) }, { headers });
}
