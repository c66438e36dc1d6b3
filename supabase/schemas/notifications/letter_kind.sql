create or replace function private.letter_kind(template text, payload jsonb) returns text
language plpgsql stable
security definer -- runs in the triggers of whoever queues a message
set search_path = ''
as $$
declare
  -- order_status with the status shipped is order_shipped, refund with rejected is refund_rejected.
  v_kind text := regexp_replace(letter_kind.template, '_status$', '') || '_' || (letter_kind.payload ->> 'status');
begin
  return (
    select notification_kinds.kind
    from public.notification_kinds
    where notification_kinds.kind in (letter_kind.template, v_kind)
    order by notification_kinds.kind = letter_kind.template desc
    limit 1
  );
end;
$$;
comment on function private.letter_kind(text, jsonb) is
  'Of which kind a letter is: its template names it, or template and status together; null when neither is registered.';
