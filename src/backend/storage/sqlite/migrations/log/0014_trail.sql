-- The log that a client's events count in beside its own: its project's, negated; a project's account trail has one of
-- its own, which no question about all clients asks for. See find/look.rs.
alter table client add column log integer generated always as (iif(uuid = 'daybook:trail', -project - 4294967296, -project)) virtual;

-- Lines of the trail on their way into the log. Each is stored with what it tells in one transaction, by any process;
-- the one that writes the log takes them over.
create table trail_line (
  seq integer primary key,
  project integer not null references project (id),
  -- The event's, so that a line taken over twice is one event.
  uuid text not null,
  at integer not null,
  document text not null
) strict;
