-- Counts how often it was tried whether the log can be written to: a write of its own, which changes nothing else.
create table write_probe (
  only_row integer primary key check (only_row = 1),
  times integer not null
) strict;
insert into write_probe values (1, 0);
