-- One vote each, which may be changed and taken back. Neither the author nor the store has one.
create or replace function private.vote_review(review_id uuid, value integer) returns public.reviews
language plpgsql volatile
security definer -- clients hold no write grant on votes
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_review public.reviews;
begin
  if vote_review.value is null or vote_review.value not in (-1, 0, 1) then
    raise sqlstate 'PT422' using
      message = 'A vote is 1, -1 or 0.', detail = 'invalid_vote',
      hint = '1: helpful, -1: not helpful, 0: takes the vote back.';
  end if;
  v_review := private.find_review(vote_review.review_id);
  if v_review.author_id = v_user_id then
    raise sqlstate 'PT403' using
      message = 'Nobody votes on a review of their own.', detail = 'own_review';
  end if;
  perform private.refuse_store_member(v_review.store_id);
  if vote_review.value = 0 then
    delete from public.review_votes
    where review_votes.review_id = v_review.id and review_votes.voter_id = v_user_id;
  else
    insert into public.review_votes as cast_vote (review_id, voter_id, value)
    values (v_review.id, v_user_id, vote_review.value)
    on conflict on constraint review_votes_pkey do update
    set value = excluded.value
    where cast_vote.value <> excluded.value;
  end if;
  select * into v_review from public.reviews where reviews.id = v_review.id;
  return v_review;
end;
$$;
comment on function private.vote_review(uuid, integer) is 'See public.vote_review.';
grant execute on function private.vote_review(uuid, integer) to anon, authenticated;

create or replace function public.vote_review(review_id uuid, value integer) returns public.reviews
language sql volatile security invoker
set search_path = ''
as $$ select * from private.vote_review(vote_review.review_id, vote_review.value); $$;
comment on function public.vote_review(uuid, integer) is
  'Whether a review was helpful: 1 yes, -1 no, 0 takes the vote back. Returns the review with its counts. Errors: '
  'not_signed_in, account_required, session_revoked, invalid_vote, review_not_found, own_review, own_store.';
grant execute on function public.vote_review(uuid, integer) to anon, authenticated;
