create or replace function private.booking_link_token(booking_id uuid) returns text
language sql stable
set search_path = ''
as $$
  select replace(booking_link_token.booking_id::text, '-', '') || '.'
    || private.booking_token(booking_link_token.booking_id, 'manage');
$$;
comment on function private.booking_link_token(uuid) is
  'What a manage link carries: which booking, and the proof. For the outbox and booking_by_token.';
