-- In how many turns documents were replaced. The index counts them too: where they differ, a stop came between the two
-- files, and the index is built anew.
create table redone (
  only_row integer primary key check (only_row = 1),
  turn integer not null
) strict;
insert into redone values (1, 0);
