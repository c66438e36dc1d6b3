create or replace function private.tg_review_votes__count() returns trigger
language plpgsql volatile
security definer -- nobody holds a write grant on reviews
set search_path = ''
as $$
begin
  update public.reviews
  set helpful_count = helpful_count
      + (new.value is not distinct from 1)::integer - (old.value is not distinct from 1)::integer,
    unhelpful_count = unhelpful_count
      + (new.value is not distinct from -1)::integer - (old.value is not distinct from -1)::integer
  where reviews.id = coalesce(new.review_id, old.review_id);
  return null;
end;
$$;
comment on function private.tg_review_votes__count() is
  'After a vote is given, changed or taken back, also with the account of its voter: moves the counts of the review.';

create or replace trigger _500_count
  after insert or update or delete on public.review_votes
  for each row execute function private.tg_review_votes__count();
