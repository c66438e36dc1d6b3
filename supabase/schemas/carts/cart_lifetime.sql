create or replace function private.cart_lifetime(is_guest boolean) returns interval
language plpgsql stable
security definer -- reads private.settings, which is granted to nobody
set search_path = ''
as $$
begin
  return (
    select make_interval(
      days => case when cart_lifetime.is_guest then settings.guest_cart_days else settings.user_cart_days end
    )
    from private.settings
  );
end;
$$;
comment on function private.cart_lifetime(boolean) is 'How long a cart lives after it was last used.';
