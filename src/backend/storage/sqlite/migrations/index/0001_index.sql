-- Everything for finding, derived from the log and built behind it in bulk. Deleting this file loses nothing.
--
-- What is stored in it also changes with block.rs and fold.rs. This number then does, so that every index is made anew: 2
--
-- A "log" here is one client's events (its number) or one project's (its number negated).

-- How far the index has come: events up to this seq are in it, later ones are found by scanning the log's tail. Receipts
-- are stored in larger lots; those that are not are kept in memory by the process that writes.
create table progress (
  only_row integer primary key check (only_row = 1),
  seq integer not null,
  receipts integer not null,
  -- in how many turns documents were replaced, as the log's `redone` counts them
  turn integer not null,
  -- the log that it was built from, as the log's `identity` has it, and the id of the last event that it has
  log_id text,
  last_id blob,
  -- how many events could not be read when they came
  unreadable integer not null
) strict;
insert into progress values (1, 0, 0, 0, null, null, 0);

create table log (
  id integer primary key,
  events integer not null,
  -- the moments of its first and last events
  oldest integer not null,
  newest integer not null,
  -- full blocks
  blocks integer not null,
  -- the newest moment in any block so far
  reach integer not null,
  -- how many events are in no block yet, and their columns as a block has them
  pending integer not null,
  waiting blob not null
) strict;

-- Pages without filters, in both directions.
create table timeline (
  log integer not null,
  occurred_at integer not null,
  seq integer not null,
  primary key (log, occurred_at, seq)
) strict, without rowid;

-- Which events came with which sender's uuid, by digest.
create table receipt (
  digest integer not null,
  seq integer not null,
  primary key (digest, seq)
) strict, without rowid;

-- Some hundred events of one log each; the id is the log's number shifted left, plus the block's own.
create table block (
  id integer primary key,
  oldest integer not null,
  newest integer not null,
  -- the newest moment in this block and all before it
  reach integer not null,
  -- columns of its events, see block.rs
  columns blob not null
) strict;

-- Which blocks hold which trigrams and exact values; the row number is the block's id.
create virtual table word using fts5 (words, content = '', detail = none, columnsize = 0, tokenize = 'ascii');

-- Words are gathered in memory and written in larger pieces, of which fewer have to be merged.
insert into word (word, rank) values ('hashsize', 8388608);

-- How often each value occurs in a log.
create table facet (
  log integer not null,
  -- 1 action, 2 actor, 3 target type, 4 client (of a project's log)
  kind integer not null,
  value text not null,
  label text not null,
  events integer not null,
  -- the moments of the first and last events that have it
  oldest integer not null,
  newest integer not null,
  -- names the value in this log's roll-ups, see rollup.rs
  number integer not null,
  primary key (log, kind, value)
) strict, without rowid;
create unique index facet_number on facet (log, number);

-- Sums of a log's events over time, see rollup.rs.
create table rollup (
  log integer not null,
  level integer not null,
  -- the number of the period since 1970, whose length the level says
  period integer not null,
  shard integer not null,
  sums blob not null,
  primary key (log, level, period, shard)
) strict, without rowid;
