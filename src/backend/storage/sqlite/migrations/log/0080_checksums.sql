-- Tells this log from any other: made once, and copied with the log. The index names the log that it was built from.
create table identity (
  only_row integer primary key check (only_row = 1),
  id text not null
) strict;
insert into identity values (1, lower(hex(randomblob(16))));

-- Covers everything that a row says, see row.rs. Rows from before have none until they are given one.
alter table event add column checksum integer;

-- Rows after one seq and through another may be without a checksum still; any other one without is damaged.
create table unsealed (
  only_row integer primary key check (only_row = 1),
  done integer not null,
  through integer not null
) strict;
insert into unsealed select 1, 0, coalesce(max(seq), 0) from event;
