import json
import os
import re
import sqlite3
from contextlib import asynccontextmanager

import asyncpg
import jwt
import uvicorn
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel

DATABASE = os.environ["DATABASE"]
TABLES = """
  CREATE TABLE IF NOT EXISTS contacts (
    chat_id TEXT NOT NULL, email TEXT NOT NULL, first_name TEXT, last_name TEXT, attributes TEXT, issued_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, email));
  CREATE TABLE IF NOT EXISTS visitors (
    chat_id TEXT NOT NULL, visitor_token TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (chat_id, visitor_token));"""
CONTACT = """
  INSERT INTO contacts (chat_id, email, first_name, last_name, attributes, issued_at) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (chat_id, email) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name,
    attributes = excluded.attributes, issued_at = excluded.issued_at"""
VISITOR = """
  INSERT INTO visitors (chat_id, visitor_token, email) VALUES ($1, $7, $2)
  ON CONFLICT (chat_id, visitor_token) DO UPDATE SET email = excluded.email"""
BOTH = f"WITH contact AS ({CONTACT}) {VISITOR}"

with open(os.environ["KEY"], "rb") as file:
    KEY = load_pem_public_key(file.read())


def values(claims, token):
    attributes = json.dumps(claims.get("additional_attributes", {}))
    names = (claims.get("first_name"), claims.get("last_name"))
    return ("chat", claims["email"], *names, attributes, claims["iat"], token)


class Sqlite:
    async def open(self):
        self.db = sqlite3.connect(DATABASE, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(TABLES)
        self.contact = re.sub(r"\$\d", "?", CONTACT)
        self.visitor = re.sub(r"\$\d", "?", VISITOR)

    # In the thread of the loop: a hop to another costs more than the statements.
    async def keep(self, claims, token):
        row = values(claims, token)
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute(self.contact, row[:6])
        self.db.execute(self.visitor, (row[0], row[6], row[1]))
        self.db.execute("COMMIT")


class Postgres:
    async def open(self):
        self.pool = await asyncpg.create_pool(DATABASE, min_size=16, max_size=16)
        await self.pool.execute(TABLES)

    async def keep(self, claims, token):
        # asyncpg prepares a statement once a connection.
        await self.pool.execute(BOTH, *values(claims, token))


database = Postgres() if DATABASE.startswith("postgres:") else Sqlite()


@asynccontextmanager
async def lifespan(app):
    await database.open()
    yield


app = FastAPI(lifespan=lifespan)


class Call(BaseModel):
    visitor_token: str
    jwt: str


@app.post("/identify")
async def identify(call: Call):
    try:
        claims = jwt.decode(call.jwt, KEY, algorithms=["RS256"], options={"require": ["exp", "email"]})
    except jwt.InvalidTokenError:
        return JSONResponse({"success": False}, 422)
    await database.keep(claims, call.visitor_token)
    return JSONResponse({"success": True})


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning", access_log=False)
