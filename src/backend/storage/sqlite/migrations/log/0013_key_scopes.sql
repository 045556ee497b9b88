-- What a key may do, for how long, and since when it was last used. Keys from before could send, read and export.
alter table api_key add column scopes text not null default 'ingest,read,export';
-- The only client that it is for.
alter table api_key add column client text;
alter table api_key add column expires_at integer;
-- To the minute.
alter table api_key add column used_at integer;
-- SHA-256 of the secret before this one, and until when it holds beside it.
alter table api_key add column previous_hash blob;
alter table api_key add column previous_until integer;
