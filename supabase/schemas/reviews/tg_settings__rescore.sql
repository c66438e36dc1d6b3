create or replace function private.tg_settings__rescore() returns trigger
language plpgsql volatile
security definer -- nobody holds a write grant on private.rescoring
set search_path = ''
as $$
begin
  insert into private.rescoring (id)
  values (true)
  on conflict on constraint rescoring_pkey do update set done_until = excluded.done_until;
  return null;
end;
$$;
comment on function private.tg_settings__rescore() is
  'After the weights of the sort by rating were changed: has every product scored anew.';

create or replace trigger _500_rescore
  after update of rating_prior_count, rating_prior_average on private.settings
  for each row
  when (
    (old.rating_prior_count, old.rating_prior_average)
      is distinct from (new.rating_prior_count, new.rating_prior_average)
  )
  execute function private.tg_settings__rescore();
