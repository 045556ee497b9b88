-- Whose opening of a view is recorded in the log that it shows. Views from before record none, as before.
alter table view add column recorded_openings text not null default 'never'
  check (recorded_openings in ('never', 'named', 'all'));
