import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { importSPKI, jwtVerify } from 'jose';
import { open } from './database.js';

const key = await importSPKI(readFileSync(process.env.KEY, 'utf8'), 'RS256');
const keep = await open(process.env.DATABASE);
const app = Fastify();
const body = {
  type: 'object',
  required: ['visitor_token', 'jwt'],
  properties: { visitor_token: { type: 'string' }, jwt: { type: 'string' } },
};
const answer = { type: 'object', properties: { success: { type: 'boolean' } } };

app.setErrorHandler((error, request, reply) =>
  reply.code(error.validation ? 422 : 500).send({ success: false }),
);
app.post('/identify', { schema: { body, response: { 200: answer, 422: answer } } }, async (request, reply) => {
  let claims;
  try {
    const verified = await jwtVerify(request.body.jwt, key, { algorithms: ['RS256'], requiredClaims: ['exp', 'email'] });
    claims = verified.payload;
  } catch {
    return reply.code(422).send({ success: false });
  }
  await keep(claims, request.body.visitor_token);
  return { success: true };
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
