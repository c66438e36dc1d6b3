create or replace function private.expire_carts(max_rows integer default 1000) returns integer
language plpgsql volatile
security definer -- nobody holds a write grant on carts
set search_path = ''
as $$
declare
  v_count integer;
begin
  update public.carts
  set status = 'expired', updated_at = now()
  where carts.id in (
    select due.id from public.carts as due
    where due.status = 'active' and due.expires_at <= now()
    order by due.id
    limit expire_carts.max_rows
    for update skip locked
  );
  get diagnostics v_count = row_count;

  -- Nothing refers to a closed cart: an order has copied what it needs. It is kept for a month to answer questions.
  delete from public.carts
  where carts.id in (
    select old.id from public.carts as old
    where old.status <> 'active'
      and old.id < private.first_id_at(now() - interval '30 days')
      and old.updated_at < now() - interval '30 days'
    order by old.id
    limit expire_carts.max_rows
    for update skip locked
  );
  return v_count;
end;
$$;
comment on function private.expire_carts(integer) is
  'Closes carts nobody touched for long and removes those closed a month ago; returns how many it closed. A job, '
  'every hour.';
