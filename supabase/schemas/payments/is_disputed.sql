create or replace function private.is_disputed(payment_id uuid) returns boolean
language plpgsql stable
security definer -- reads disputes for callers that were checked before
set search_path = ''
as $$
begin
  return exists (
    select from public.disputes
    where disputes.payment_id = is_disputed.payment_id and disputes.status in ('needs_response', 'under_review')
  );
end;
$$;
comment on function private.is_disputed(uuid) is
  'Whether a dispute of this payment is open. Until it is decided, the provider refunds nothing of the payment.';
