create or replace function private.tg_reviews__parts() returns trigger
language plpgsql volatile
security definer -- nobody holds a write grant on these columns
set search_path = ''
as $$
begin
  update public.review_media
  set is_visible = new.status = 'visible'
  where review_media.review_id = new.id;
  update public.review_replies
  set is_visible = new.status = 'visible'
  where review_replies.review_id = new.id;
  return null;
end;
$$;
comment on function private.tg_reviews__parts() is
  'After a review was hidden or restored: photos and reply go with it.';

create or replace trigger _600_parts
  after update of status on public.reviews
  for each row when (old.status <> new.status)
  execute function private.tg_reviews__parts();
