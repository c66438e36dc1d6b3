-- Members write their saved replies directly; they are cleaned before the constraints look at them.
create or replace function private.tg_saved_replies__tidy() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.title := private.tidy_line(new.title);
  new.body := private.tidy_prose(new.body);
  return new;
end;
$$;
comment on function private.tg_saved_replies__tidy() is
  'Before a write of a saved reply: cleans what people type and paste.';

create or replace trigger _400_tidy
  before insert or update on public.saved_replies
  for each row execute function private.tg_saved_replies__tidy();
