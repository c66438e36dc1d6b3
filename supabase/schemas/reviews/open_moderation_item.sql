create or replace function private.open_moderation_item(reviewed uuid, cause text) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_item_id uuid;
begin
  insert into public.moderation_items as item (review_id, causes)
  values (open_moderation_item.reviewed, array[open_moderation_item.cause])
  on conflict (review_id) where closed_at is null do update
  set causes = item.causes
    || case when open_moderation_item.cause = any (item.causes) then '{}' else excluded.causes end
  returning item.id into v_item_id;
  return v_item_id;
end;
$$;
comment on function private.open_moderation_item(uuid, text) is
  'Has a review looked at: the open item, which gets this cause besides those it has.';
