-- What somebody collected before signing in must not be lost by signing in. The visitor's cart becomes the
-- customer's; if the customer has one already, its lines are added to that one. It happens once, however often and
-- from however many tabs it is called.
create or replace function private.claim_cart(cart_token text) returns jsonb
language plpgsql volatile
security definer -- moves a cart that only its token opens
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plans never depend on the values, and planning costs more than running
set enable_seqscan = off -- plans are kept: one made while a table was small must not outlive it
as $$
declare
  v_user_id uuid := auth.uid();
  v_cart_id uuid;
begin
  if v_user_id is null then
    raise sqlstate 'PT401' using
      message = 'Sign in first.', detail = 'not_signed_in';
  end if;
  v_cart_id := private.take_over_cart(claim_cart.cart_token, v_user_id, is_ordered => false);
  return private.cart_json(v_cart_id, v_user_id);
end;
$$;
comment on function private.claim_cart(text) is 'See public.claim_cart.';
grant execute on function private.claim_cart(text) to anon, authenticated;

create or replace function public.claim_cart(cart_token text default null) returns jsonb
language plpgsql volatile security invoker
set search_path = ''
as $$
begin
  return private.claim_cart(claim_cart.cart_token);
end;
$$;
comment on function public.claim_cart(text) is
  'After signing in: makes the visitor''s cart the customer''s, exactly once; into an existing cart quantities are '
  'added, capped by stock of up to ten and by the limit per line. Repeating it returns the cart as it is. Errors: '
  'not_signed_in, cart_not_found, cart_full, invalid_cart_token.';
grant execute on function public.claim_cart(text) to anon, authenticated;
