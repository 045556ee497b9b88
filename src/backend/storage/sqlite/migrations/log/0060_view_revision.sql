-- How often it was said who may open a view: a change made from an earlier reading is refused, whichever process makes it.
alter table view add column revision integer not null default 0;
