create or replace function private.tg_review_replies__tidy() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.body := private.tidy_prose(new.body);
  if tg_op = 'UPDATE' then
    new.edited_at := now();
  end if;
  return new;
end;
$$;
comment on function private.tg_review_replies__tidy() is
  'Before the text of a reply is written: cleans it, and notes when it was changed.';

create or replace trigger _200_tidy_insert
  before insert on public.review_replies
  for each row execute function private.tg_review_replies__tidy();
create or replace trigger _200_tidy_update
  before update of body on public.review_replies
  for each row when (old.body is distinct from new.body)
  execute function private.tg_review_replies__tidy();
