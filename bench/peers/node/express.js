import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express from 'express';
import jwt from 'jsonwebtoken';
import { open } from './database.js';

const key = createPublicKey(readFileSync(process.env.KEY, 'utf8'));
const keep = await open(process.env.DATABASE);
const app = express();

app.use(express.json());
app.post('/identify', async (request, response) => {
  let claims;
  try {
    claims = jwt.verify(request.body.jwt, key, { algorithms: ['RS256'] });
  } catch {
    return response.status(422).json({ success: false });
  }
  if (!claims.exp || !claims.email || typeof request.body.visitor_token !== 'string') {
    return response.status(422).json({ success: false });
  }
  await keep(claims, request.body.visitor_token);
  response.json({ success: true });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
