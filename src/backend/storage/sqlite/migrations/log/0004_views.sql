-- A company may have several views of a log: each has a name of its own people's, and everything it ever looked like.
alter table view add column name text not null default 'Main view';
-- how often it was saved
alter table view add column version integer not null default 1;
alter table view add column created_at integer not null default 0;
-- out of the list, and closed to customers, until it is taken back
alter table view add column archived_at integer;

create table view_version (
  view text not null references view (id),
  version integer not null,
  -- JSON, as in the view
  config text not null,
  -- whoever saved it, as they were called then
  author text not null,
  saved_at integer not null,
  primary key (view, version)
) strict, without rowid;
insert into view_version select id, version, config, 'Daybook', created_at from view;

-- Logos that were uploaded. The id is SHA-256 of the bytes.
create table picture (
  id text primary key,
  -- such as image/png
  kind text not null,
  bytes blob not null
) strict, without rowid;
