create or replace function private.find_own_review(review_id uuid) returns public.reviews
language plpgsql volatile
set search_path = ''
as $$
declare
  v_review public.reviews := private.find_review(find_own_review.review_id);
begin
  if v_review.author_id is distinct from (select auth.uid()) then
    raise sqlstate 'PT403' using
      message = 'Only its author may do that.', detail = 'not_your_review';
  end if;
  return v_review;
end;
$$;
comment on function private.find_own_review(uuid) is
  'A review of the caller, locked until commit. Errors: review_not_found, not_your_review.';
