-- A client's documents of a shelf, and those that have been there for long, without reading all of the shelf.
create index shelf_client on shelf (project, shelf, client, seq);
create index shelf_age on shelf (project, shelf, created_at);

-- Saved searches are their reader's own from now on. Of these nobody knows whose they are; each held for thirty days.
delete from shelf where shelf = 'retraced/exports';

-- API tokens expire. Those that are there go on for a year after they were made, and for ninety days at least.
update shelf set body = json_set(body, '$.expires_at',
  max(created_at + 365 * 86400000, cast(unixepoch() as integer) * 1000 + 90 * 86400000))
where shelf = 'retraced/api_tokens';
