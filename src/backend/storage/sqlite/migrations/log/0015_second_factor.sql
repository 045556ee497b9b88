-- What somebody proves beside their password who they are with.
create table second_factor (
  person integer primary key references person (id) on delete cascade,
  -- sealed with the server's secret
  secret blob not null,
  -- null until a first code has shown that the person has it
  confirmed_at integer,
  -- of the last code that was taken: a code counts once
  last_step integer not null
) strict;

-- SHA-256 of the codes that are left for the day the telephone is lost.
create table recovery_code (
  person integer not null references second_factor (person) on delete cascade,
  hash blob not null,
  primary key (person, hash)
) strict, without rowid;

-- Whether a project is open to members with a second factor only.
alter table project add column second_factor integer not null default 0 check (second_factor in (0, 1));
