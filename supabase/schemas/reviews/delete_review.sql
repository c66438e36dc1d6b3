-- What was hidden stays: whoever could delete it could write it once more, and would be visible again.
create or replace function private.delete_review(review_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no write grant on reviews
set search_path = ''
as $$
declare
  v_review public.reviews;
begin
  perform private.require_user();
  v_review := private.find_own_review(delete_review.review_id);
  if v_review.status = 'hidden' then
    raise sqlstate 'PT409' using
      message = 'This review was hidden, so it stays until that is settled.', detail = 'review_hidden',
      hint = 'appeal_decision has the decision looked at again.';
  end if;
  delete from public.reviews where reviews.id = v_review.id;
end;
$$;
comment on function private.delete_review(uuid) is 'See public.delete_review.';
grant execute on function private.delete_review(uuid) to anon, authenticated;

create or replace function public.delete_review(review_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.delete_review(delete_review.review_id); $$;
comment on function public.delete_review(uuid) is
  'The author takes a review back, with its photos, reply and votes; another one may be written. Errors: '
  'not_signed_in, account_required, session_revoked, review_not_found, not_your_review, review_hidden.';
grant execute on function public.delete_review(uuid) to anon, authenticated;
