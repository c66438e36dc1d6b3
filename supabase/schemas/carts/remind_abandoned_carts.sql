create or replace function private.remind_abandoned_carts(max_rows integer default 500) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on carts
set search_path = ''
as $$
declare
  v_count integer;
begin
  with reminded as (
    update public.carts
    set reminded_at = now()
    where carts.id in (
      select quiet.id from public.carts as quiet
      join public.profiles on profiles.id = quiet.user_id and profiles.email is not null
      where quiet.status = 'active'
        and quiet.reminded_at is null
        and quiet.id < private.first_id_at(now() - interval '1 day')
        and exists (select from public.cart_items where cart_items.cart_id = quiet.id)
        and not exists (
          select
          from public.cart_items
          where cart_items.cart_id = quiet.id and cart_items.updated_at > now() - interval '1 day'
        )
      order by quiet.id
      limit remind_abandoned_carts.max_rows
      for update of quiet skip locked
    )
    returning carts.id, carts.user_id
  )
  insert into private.outbox (template, user_id, payload, dedupe_key)
  select
    'abandoned_cart', reminded.user_id, jsonb_build_object('cart_id', reminded.id), 'abandoned_cart:' || reminded.id
  from reminded
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function private.remind_abandoned_carts(integer) is
  'Mails customers, once per cart, what has been lying in it for a day; returns how many. A job, every hour.';
