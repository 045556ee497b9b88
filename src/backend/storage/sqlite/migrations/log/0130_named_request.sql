-- Requests that their senders named by a header `Idempotency-Key`, for a day: digests of the name (with the API key's id)
-- and of the body.
create table named_request (
  project integer not null references project,
  name blob not null,
  body blob not null,
  at integer not null,
  primary key (project, name)
) strict, without rowid;
create index named_request_at on named_request (at);
