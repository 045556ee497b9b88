-- What a view's keepers decide of its opening, and what they are told of it.

-- the key before the present one, sealed, and until when it still opens the view
alter table view add column former_access_key blob;
alter table view add column former_access_key_until integer;
alter table view add column may_export integer not null default 1;
alter table view add column may_tail integer not null default 1;
-- the longest that a token may hold, in minutes
alter table view add column token_minutes integer not null default 60;

alter table signing_secret add column last_used_at integer;

-- Which pages have asked for a view lately, let in or not.
create table seen_origin (
  view text not null references view (id),
  origin text not null,
  seen_at integer not null,
  primary key (view, origin)
) strict, without rowid;

-- What was opened for a client until then is closed. Rows older than the longest session say nothing any more.
create table closed_client (
  view text not null references view (id),
  client text not null,
  closed_at integer not null,
  primary key (view, client)
) strict, without rowid;
