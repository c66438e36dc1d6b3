-- The review a verb is about, locked. What the caller may not read is not there for them.
create or replace function private.find_review(review_id uuid) returns public.reviews
language plpgsql volatile
set search_path = ''
as $$
declare
  v_review public.reviews;
begin
  select * into v_review
  from public.reviews
  where reviews.id = find_review.review_id
  for no key update;
  if not found
    or not (
      v_review.status = 'visible'
      or coalesce(v_review.author_id = (select auth.uid()), false)
      or private.is_operator()
    )
  then
    raise sqlstate 'PT404' using
      message = 'That review does not exist.', detail = 'review_not_found';
  end if;
  return v_review;
end;
$$;
comment on function private.find_review(uuid) is
  'A review that the caller may read, locked until commit. Errors: review_not_found.';
