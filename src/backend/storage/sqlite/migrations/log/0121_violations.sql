-- Requests that violated a vendor's rules, by the way in which they did.
create table violation (
  project integer not null references project (id),
  kind text not null,
  api text not null,
  -- how many were accepted all the same, and how many were refused
  accepted integer not null,
  refused integer not null,
  -- when the last of them came, in milliseconds since 1970, and what it was in words
  at integer not null,
  example text not null,
  primary key (project, kind)
) strict, without rowid;
