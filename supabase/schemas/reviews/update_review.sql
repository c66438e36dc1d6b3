-- People change their mind, and a store that answered does not freeze what was said; that it changed after the answer
-- is shown. After some weeks a review is part of the record and stays.
create or replace function private.update_review(
  review_id uuid, rating jsonb, body text, media text[]
) returns public.reviews
language plpgsql volatile
security definer -- clients hold no write grant on reviews
set search_path = ''
as $$
declare
  v_review public.reviews;
  v_rating smallint;
  v_body text;
begin
  perform private.require_user();
  v_review := private.find_own_review(update_review.review_id);
  perform private.refuse_store_member(v_review.store_id);
  if now() > v_review.created_at + (
    select make_interval(hours => 24 * settings.review_edit_days) from private.settings
  ) then
    raise sqlstate 'PT409' using
      message = 'The time to change this review is over.', detail = 'review_locked';
  end if;
  v_rating := case
    when update_review.rating is null then v_review.rating else private.read_rating(update_review.rating)
  end;
  v_body := case
    when update_review.body is null then v_review.body
    else private.read_review_text(update_review.body, 5000, false)
  end;
  if update_review.media is not null then
    perform private.write_review_media(v_review, update_review.media);
  end if;
  update public.reviews
  set rating = v_rating,
    body = v_body,
    author_name = (
      select private.public_name(profiles.full_name) from public.profiles where profiles.id = v_review.author_id
    ),
    edited_at = now(),
    edited_after_reply = v_review.edited_after_reply or exists (
      select from public.review_replies where review_replies.review_id = v_review.id
    )
  where reviews.id = v_review.id
  returning * into v_review;
  if v_review.status = 'hidden' then
    perform private.open_moderation_item(v_review.id, 'edited_while_hidden');
  end if;
  return v_review;
end;
$$;
comment on function private.update_review(uuid, jsonb, text, text[]) is 'See public.update_review.';
grant execute on function private.update_review(uuid, jsonb, text, text[]) to anon, authenticated;

create or replace function public.update_review(
  review_id uuid, rating jsonb default null, body text default null, media text[] default null
) returns public.reviews
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.update_review(
    update_review.review_id, update_review.rating, update_review.body, update_review.media
  );
$$;
comment on function public.update_review(uuid, jsonb, text, text[]) is
  'The author changes stars, text or photos, within settings.review_edit_days of writing; what is left out stays. A '
  'hidden review stays hidden, and is looked at again. Errors: not_signed_in, account_required, session_revoked, '
  'review_not_found, not_your_review, own_store, review_locked, invalid_rating, invalid_text, invalid_media.';
grant execute on function public.update_review(uuid, jsonb, text, text[]) to anon, authenticated;
