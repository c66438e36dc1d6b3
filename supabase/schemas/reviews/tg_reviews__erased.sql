-- An account was deleted: what was said of a product stays, and nothing says any more who said it.
create or replace function private.tg_reviews__erased() returns trigger
language plpgsql volatile
set search_path = ''
as $$
begin
  new.author_name := null;
  return new;
end;
$$;
comment on function private.tg_reviews__erased() is 'Before the author of a review is taken away: the name goes, too.';

create or replace trigger _200_erased
  before update of author_id on public.reviews
  for each row when (new.author_id is null)
  execute function private.tg_reviews__erased();
