-- What is true of the folder as a whole.
create table installation (
  only_row integer primary key check (only_row = 1),
  -- the version of Daybook that last brought the log to its form
  version text not null,
  -- a known text, sealed with the secret that everything here is sealed with, so that another secret is told from it
  secret_proof blob
) strict;
-- The first version wrote no such row.
insert into installation (only_row, version) values (1, '0.1.0');
