-- Small documents beside the log: what the callers of an API register. Each API knows its own shelves.
create table shelf (
  -- the order in which they came
  seq integer primary key,
  project integer not null references project (id),
  shelf text not null,
  id text not null,
  -- another name
  alias text,
  -- the uuid of the client whose it is, if it is one's
  client text,
  -- JSON
  body text not null,
  created_at integer not null,
  updated_at integer not null,
  -- how often it was changed
  revision integer not null,
  constraint shelf_id unique (project, shelf, id),
  constraint shelf_alias unique (project, shelf, alias)
) strict;
create index shelf_order on shelf (project, shelf, seq);
