-- What a view shows one client of itself in the place of what it shows all others. Those without a row see the view's own.
create table branding (
  view text not null references view (id),
  -- as events name it; it need not have any yet
  client text not null,
  -- JSON of what is theirs alone
  branding text not null,
  -- whoever saved it, as they were called then
  author text not null,
  saved_at integer not null,
  primary key (view, client)
) strict, without rowid;
