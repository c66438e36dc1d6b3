-- Before the totals are locked: whoever else reviews the same thing waits for them, not for this.
create or replace function private.tg_reviews__webhook() returns trigger
language plpgsql volatile
security definer -- writes webhook events, which no client may write
set search_path = ''
as $$
begin
  perform private.emit_webhook(
    case tg_op when 'INSERT' then 'review.created' else 'review.updated' end, new.store_id,
    jsonb_build_object(
      'review_id', new.id, 'store_id', new.store_id, 'subject_type', new.subject_type, 'subject_id', new.subject_id,
      'rating', new.rating, 'status', new.status
    )
  );
  return null;
end;
$$;
comment on function private.tg_reviews__webhook() is
  'After a review is written, or changes in stars, text or status: the webhook.';

create or replace trigger _400_webhook_insert
  after insert on public.reviews
  for each row execute function private.tg_reviews__webhook();
create or replace trigger _400_webhook_update
  after update of rating, body, status on public.reviews
  for each row when ((old.rating, old.body, old.status) is distinct from (new.rating, new.body, new.status))
  execute function private.tg_reviews__webhook();
