create or replace function private.post_late_payment(payment public.payments) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
begin
  perform private.post(array[
    ('late_payment', payment.id, 0, null, 'provider', null, payment.currency, payment.amount, null),
    ('late_payment', payment.id, 0, null, 'unallocated', null, payment.currency, -payment.amount, null)
  ]::private.ledger_draft[]);
end;
$$;
comment on function private.post_late_payment(public.payments) is
  'Writes down a payment for which there is no order any more; it is no store''s.';
