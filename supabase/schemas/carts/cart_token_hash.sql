-- Which cart a caller means: a signed-in customer's own, else the one that the visitor's secret token opens.

-- What is no token at all is refused, not ignored: a page that sends "null" for a token it has not stored would else open
-- a new cart with every call, and what the visitor put into the former one would be lost.
create or replace function private.cart_token_hash(cart_token text) returns bytea
language plpgsql stable
set search_path = ''
as $$
declare
  v_token text := coalesce(
    nullif(cart_token_hash.cart_token, ''),
    nullif(nullif(current_setting('request.headers', true), '')::json ->> 'x-cart-token', '')
  );
begin
  if v_token !~ '^[0-9a-f]{64}$' then
    raise sqlstate 'PT422' using
      message = 'That is no cart token.', detail = 'invalid_cart_token',
      hint = 'Send the token that add_to_cart answered, and nothing (no "null") before there is one.';
  end if;
  return sha256(convert_to(v_token, 'UTF8'));
end;
$$;
comment on function private.cart_token_hash(text) is
  'Hash of the visitor''s cart token, from the argument or the header x-cart-token; null when there is none or it is '
  'empty. Errors: invalid_cart_token.';
