create or replace function private.require_undisputed(payment_id uuid) returns void
language plpgsql stable
security definer -- reads disputes for callers that were checked before
set search_path = ''
as $$
begin
  if private.is_disputed(require_undisputed.payment_id) then
    raise sqlstate 'PT409' using
      message = 'The customer''s bank is deciding about this payment.', detail = 'payment_disputed',
      hint = 'Wait for its decision. If the dispute is won, refund then; if it is lost, the money is back already.';
  end if;
end;
$$;
comment on function private.require_undisputed(uuid) is
  'Refuses a refund of a disputed payment. Errors: payment_disputed.';
