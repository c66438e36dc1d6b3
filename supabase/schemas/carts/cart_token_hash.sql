-- Which cart a caller means: a signed-in customer's own, else the one that the visitor's secret token opens.

create or replace function private.cart_token_hash(cart_token text) returns bytea
language plpgsql stable
set search_path = ''
as $$
declare
  v_token text := coalesce(
    cart_token,
    nullif(current_setting('request.headers', true), '')::json ->> 'x-cart-token'
  );
begin
  return sha256(convert_to(v_token, 'UTF8'));
end;
$$;
comment on function private.cart_token_hash(text) is
  'Hash of the visitor''s cart token, from the argument or the header x-cart-token; null when there is none.';
