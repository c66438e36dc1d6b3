-- A store answers a review once, in public. It may change its answer (a plain update), and so may the author change the
-- review: an answer freezes nothing.
create or replace function private.reply_to_review(review_id uuid, body text) returns public.review_replies
language plpgsql volatile
security definer -- clients hold no insert grant on replies
set search_path = ''
as $$
declare
  v_review public.reviews;
  v_body text;
  v_reply public.review_replies;
begin
  perform private.require_user();
  v_review := private.find_review(reply_to_review.review_id);
  perform private.require_store_role(v_review.store_id, array['owner', 'manager']);
  v_body := private.read_review_text(reply_to_review.body, 2000, true);
  insert into public.review_replies (review_id, store_id, author_id, body, is_visible)
  values (v_review.id, v_review.store_id, (select auth.uid()), v_body, v_review.status = 'visible')
  on conflict on constraint review_replies_pkey do nothing
  returning * into v_reply;
  if not found then
    raise sqlstate 'PT409' using
      message = 'The store has answered this review.', detail = 'reply_exists', hint = 'Change that answer.';
  end if;
  insert into public.notifications (user_id, kind, title, data)
  select
    v_review.author_id, 'review_answered', format('%s answered your review', stores.name),
    jsonb_build_object(
      'review_id', v_review.id, 'store_id', v_review.store_id, 'subject_type', v_review.subject_type, 'subject_id',
      v_review.subject_id
    )
  from public.stores
  where stores.id = v_review.store_id and v_review.author_id is not null;
  return v_reply;
end;
$$;
comment on function private.reply_to_review(uuid, text) is 'See public.reply_to_review.';
grant execute on function private.reply_to_review(uuid, text) to anon, authenticated;

create or replace function public.reply_to_review(review_id uuid, body text) returns public.review_replies
language sql volatile security invoker
set search_path = ''
as $$ select * from private.reply_to_review(reply_to_review.review_id, reply_to_review.body); $$;
comment on function public.reply_to_review(uuid, text) is
  'Owner or manager of the store answers a review, once, in at most 2000 characters; the author is told in the app. '
  'The answer is changed and taken back in review_replies. Errors: not_signed_in, account_required, session_revoked, '
  'review_not_found, store_role_required, invalid_text, reply_exists.';
grant execute on function public.reply_to_review(uuid, text) to anon, authenticated;
