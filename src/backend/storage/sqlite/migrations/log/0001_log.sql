-- The truth: everything here is written once and kept. What serves finding is in the index, beside this file.

create table project (
  id integer primary key,
  name text not null constraint project_name unique,
  created_at integer not null
) strict;

create table client (
  id integer primary key,
  project integer not null references project (id),
  uuid text not null,
  -- as the last event with a name said
  name text,
  constraint client_uuid unique (project, uuid)
) strict;

-- One row an event, in the order in which they were committed. No secondary index: each would cost more than the row.
create table event (
  seq integer primary key,
  -- UUIDv7; grows with seq, so that an id is found by bisection
  id blob not null,
  client integer not null references client (id),
  -- milliseconds since 1970
  occurred_at integer not null,
  -- first 64 bits of a hash of client and the sender's uuid; 0 without one
  digest integer not null,
  -- a byte for the version of the compression, then the sender's JSON
  body blob not null
) strict;

-- Events stored by calendar month (UTC), such as 202611, for quotas.
create table usage (
  project integer not null references project (id),
  month integer not null,
  events integer not null,
  primary key (project, month)
) strict, without rowid;

create table api_key (
  id text primary key,
  project integer not null references project (id),
  name text not null,
  -- SHA-256 of the secret, which nobody can read again
  secret_hash blob not null,
  created_at integer not null,
  revoked_at integer
) strict, without rowid;

create table view (
  id text primary key,
  project integer not null references project (id),
  -- JSON of the view's layout, columns and theme
  config text not null,
  -- sealed with the server's secret
  access_key blob not null,
  tokens_only integer not null,
  -- JSON list of origins
  origins text not null
) strict, without rowid;

create table signing_secret (
  kid text primary key,
  view text not null references view (id),
  -- sealed with the server's secret
  secret blob not null,
  created_at integer not null
) strict, without rowid;
