-- A cart token that cannot be one is refused, not ignored. A page that sends the text "null" before it has stored a
-- token would otherwise open a new cart with every call, and lose what the visitor had put into the one before.
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
