-- Whoever opens, claims, changes or gives back a customer's cart waits here before it locks a row. A row lock alone
-- is not enough: there may be no row yet, and a cart that was just closed stays locked by whoever looked for an
-- open one.
create or replace function private.queue_for_cart(user_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('cart ' || queue_for_cart.user_id::text, 0));
end;
$$;
comment on function private.queue_for_cart(uuid) is
  'One transaction at a time works on a customer''s cart. Taken before the row of a cart, never after.';
