create or replace function private.tg_reviews__totals() returns trigger
language plpgsql volatile
security definer -- nobody holds a write grant on the totals
set search_path = ''
as $$
declare
  v_taken smallint := case when tg_op <> 'INSERT' and old.status = 'visible' then old.rating end;
  v_given smallint := case when tg_op <> 'DELETE' and new.status = 'visible' then new.rating end;
begin
  if v_taken is distinct from v_given then
    perform private.count_rating(
      coalesce(new.subject_type, old.subject_type), coalesce(new.subject_id, old.subject_id), v_taken, v_given
    );
  end if;
  return null;
end;
$$;
comment on function private.tg_reviews__totals() is
  'After a review is written, changed in stars or status, or deleted: moves the totals of its subject. Only visible '
  'reviews count.';

create or replace trigger _500_totals_insert
  after insert on public.reviews
  for each row execute function private.tg_reviews__totals();
create or replace trigger _500_totals_update
  after update of rating, status on public.reviews
  for each row
  when ((old.rating, old.status) is distinct from (new.rating, new.status))
  execute function private.tg_reviews__totals();
create or replace trigger _500_totals_delete
  after delete on public.reviews
  for each row execute function private.tg_reviews__totals();
