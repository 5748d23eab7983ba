# frozen_string_literal: true

require 'json'
require 'jwt'
require 'openssl'
require 'pg'
require 'puma'
require 'puma/configuration'
require 'puma/launcher'
require 'sinatra/base'

KEY = OpenSSL::PKey::RSA.new(File.read(ENV.fetch('KEY')))
THREADS = 5
TABLES = <<~SQL
  CREATE TABLE IF NOT EXISTS contacts (
    chat_id TEXT NOT NULL, email TEXT NOT NULL, first_name TEXT, last_name TEXT, attributes TEXT, issued_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, email));
  CREATE TABLE IF NOT EXISTS visitors (
    chat_id TEXT NOT NULL, visitor_token TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (chat_id, visitor_token));
SQL
BOTH = <<~SQL
  WITH contact AS (
    INSERT INTO contacts (chat_id, email, first_name, last_name, attributes, issued_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (chat_id, email) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name,
      attributes = excluded.attributes, issued_at = excluded.issued_at)
  INSERT INTO visitors (chat_id, visitor_token, email) VALUES ($1, $7, $2)
  ON CONFLICT (chat_id, visitor_token) DO UPDATE SET email = excluded.email
SQL

PG.connect(ENV.fetch('DATABASE')) { |db| db.exec(TABLES) }

# A connection a thread, as Active Record has it.
def database
  Thread.current[:database] ||= PG.connect(ENV.fetch('DATABASE')).tap { |db| db.prepare('identify', BOTH) }
end

class Peer < Sinatra::Base
  set :environment, :production
  set :logging, false
  set :protection, false

  post '/identify' do
    content_type :json
    body = JSON.parse(request.body.read)
    claims, = JWT.decode(body.fetch('jwt'), KEY, true, algorithms: ['RS256'], required_claims: %w[exp email])
    attributes = JSON.generate(claims['additional_attributes'] || {})
    database.exec_prepared(
      'identify',
      ['chat', claims['email'], claims['first_name'], claims['last_name'], attributes, claims['iat'], body.fetch('visitor_token')]
    )
    '{"success":true}'
  rescue JWT::DecodeError, JSON::ParserError, KeyError
    status 422
    '{"success":false}'
  end
end

configuration = Puma::Configuration.new do |puma|
  puma.bind "tcp://127.0.0.1:#{ENV.fetch('PORT')}"
  puma.threads THREADS, THREADS
  puma.app Peer.new
  puma.log_requests false
end
Puma::Launcher.new(configuration).run
