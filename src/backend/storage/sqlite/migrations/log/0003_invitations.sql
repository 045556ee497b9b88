-- Invitations that nobody has taken yet. Whoever has the code may become a member; kept is only SHA-256 of it.
create table invitation (
  id text primary key,
  project integer not null references project (id),
  role text not null check (role in ('owner', 'admin', 'analyst', 'designer')),
  hash blob not null constraint invitation_hash unique,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;
