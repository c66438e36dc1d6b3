create or replace function private.review_cards(review_ids uuid[]) returns table (review_id uuid, card jsonb)
language plpgsql stable rows 20
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
begin
  return query
  select
    reviews.id,
    jsonb_build_object(
      'id', reviews.id,
      'rating', reviews.rating,
      'body', reviews.body,
      'author_name', reviews.author_name,
      'is_mine', coalesce(reviews.author_id = v_user_id, false),
      'helpful_count', reviews.helpful_count,
      'unhelpful_count', reviews.unhelpful_count,
      'my_vote', coalesce((
        select review_votes.value
        from public.review_votes
        where review_votes.review_id = reviews.id and review_votes.voter_id = v_user_id
      ), 0),
      'edited_after_reply', reviews.edited_after_reply,
      'edited_at', reviews.edited_at,
      'created_at', reviews.created_at,
      'media', coalesce((
        select jsonb_agg(review_media.path order by review_media.position)
        from public.review_media
        where review_media.review_id = reviews.id
      ), '[]'::jsonb),
      'reply', (
        select jsonb_build_object(
          'body', review_replies.body, 'created_at', review_replies.created_at, 'edited_at', review_replies.edited_at
        )
        from public.review_replies
        where review_replies.review_id = reviews.id
      )
    )
  from public.reviews
  where reviews.id = any (review_cards.review_ids);
end;
$$;
comment on function private.review_cards(uuid[]) is
  'Reviews as a list shows them. The verb that calls it has decided that they are visible.';
