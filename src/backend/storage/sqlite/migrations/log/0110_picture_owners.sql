-- Whose pictures there are, so that each project has a room of its own for them, and what no view shows any more is
-- released. A picture that two projects have uploaded is kept once.
create table picture_owner (
  project integer not null references project (id),
  picture text not null references picture (id) on delete cascade,
  -- by this project, the last time
  uploaded_at integer not null,
  primary key (project, picture)
) strict, without rowid;
create index picture_owner_picture on picture_owner (picture);

-- Those from before belong to whoever shows them, or did.
insert into picture_owner (project, picture, uploaded_at)
select distinct shown.project, picture.id, 0
from picture join (
  select project, config from view
  union all
  select view.project, view_version.config from view_version join view on view.id = view_version.view
  union all
  select view.project, branding.branding from branding join view on view.id = branding.view
) shown on instr(shown.config, '/pictures/' || picture.id) > 0;
