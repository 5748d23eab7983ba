/** The two upserts, durable when they return. */

import Sqlite from 'better-sqlite3';
import pg from 'pg';

const TABLES = `
  CREATE TABLE IF NOT EXISTS contacts (
    chat_id TEXT NOT NULL, email TEXT NOT NULL, first_name TEXT, last_name TEXT, attributes TEXT, issued_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, email));
  CREATE TABLE IF NOT EXISTS visitors (
    chat_id TEXT NOT NULL, visitor_token TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (chat_id, visitor_token));`;
const CONTACT = `
  INSERT INTO contacts (chat_id, email, first_name, last_name, attributes, issued_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (chat_id, email) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name,
    attributes = excluded.attributes, issued_at = excluded.issued_at`;
const VISITOR = `
  INSERT INTO visitors (chat_id, visitor_token, email) VALUES ($1, $7, $2)
  ON CONFLICT (chat_id, visitor_token) DO UPDATE SET email = excluded.email`;
const CHAT = 'chat';

function values(claims, token) {
  const { email, first_name, last_name, additional_attributes, iat } = claims;
  return [CHAT, email, first_name, last_name, JSON.stringify(additional_attributes ?? {}), iat, token];
}

function sqlite(path) {
  const db = new Sqlite(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(TABLES);
  const contact = db.prepare(CONTACT.replace(/\$\d/g, '?'));
  const visitor = db.prepare(VISITOR.replace(/\$\d/g, '?'));
  return db.transaction((claims, token) => {
    const all = values(claims, token);
    contact.run(...all.slice(0, 6));
    visitor.run(all[0], all[6], all[1]);
  });
}

async function postgres(url) {
  const pool = new pg.Pool({ connectionString: url, max: 16 });
  await pool.query(TABLES);
  const text = `WITH contact AS (${CONTACT}) ${VISITOR}`;
  return (claims, token) => pool.query({ name: 'identify', text, values: values(claims, token) });
}

/** A function of the claims and the visitor token. */
export function open(database) {
  return database.startsWith('postgres:') ? postgres(database) : sqlite(database);
}
