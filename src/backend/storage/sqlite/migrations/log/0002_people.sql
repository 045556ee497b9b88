-- Whoever runs the logs, what they may do, and where they are signed in.

create table person (
  id integer primary key,
  -- lower case
  email text not null constraint person_email unique,
  name text not null,
  -- Argon2id, in the PHC string format
  password_hash text not null,
  created_at integer not null
) strict;

create table member (
  project integer not null references project (id),
  person integer not null references person (id),
  role text not null check (role in ('owner', 'admin', 'analyst', 'designer')),
  primary key (project, person)
) strict, without rowid;

-- A session: its cookie is signed, and this row says whether it still holds.
create table sign_in (
  id text primary key,
  person integer not null references person (id),
  created_at integer not null,
  expires_at integer not null,
  -- What the browser said of itself, for the person's own eyes.
  agent text not null
) strict, without rowid;
create index sign_in_person on sign_in (person);

-- The code that makes the first person, while there is none: SHA-256 of it.
create table setup_code (
  only_row integer primary key check (only_row = 1),
  hash blob not null
) strict;
