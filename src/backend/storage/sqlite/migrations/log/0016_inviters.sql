-- Whoever made an invitation: it is worth nothing once they may not invite any more.
alter table invitation add column person integer references person (id) on delete cascade;
