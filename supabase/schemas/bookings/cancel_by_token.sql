-- Somebody who was sent the letter may cancel without an account at hand. The token stands for the customer, so the
-- customer's rule counts.
create or replace function private.cancel_by_token(token text, reason text) returns jsonb
language plpgsql volatile
security definer -- clients hold no write grant on bookings
set search_path = ''
as $$
declare
  v_booking_id constant uuid := private.booking_of_token(cancel_by_token.token);
begin
  perform private.cancel_booking_as(v_booking_id, cancel_by_token.reason, 'customer');
  return private.booking_by_token(cancel_by_token.token);
end;
$$;
comment on function private.cancel_by_token(text, text) is 'See public.cancel_by_token.';
grant execute on function private.cancel_by_token(text, text) to anon, authenticated, service_role;

create or replace function public.cancel_by_token(token text, reason text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.cancel_by_token(cancel_by_token.token, cancel_by_token.reason); $$;
comment on function public.cancel_by_token(text, text) is
  'As cancel_booking by its customer, for whoever has the link in a letter; answers as booking_by_token does. Errors: '
  'booking_not_found, illegal_status, invalid_reason, booking_started.';
grant execute on function public.cancel_by_token(text, text) to anon, authenticated, service_role;
