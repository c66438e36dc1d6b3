-- The job asks before it calls the edge function: most minutes there is nothing to send.
create or replace function private.has_payout_work() returns boolean
language plpgsql stable
security definer -- reads money of everybody
set search_path = ''
as $$
begin
  return exists (
    select from public.transfers where transfers.status = 'pending' and transfers.next_attempt_at <= now()
  ) or exists (
    select from public.transfer_reversals
    where transfer_reversals.status = 'pending' and transfer_reversals.next_attempt_at <= now()
  ) or exists (
    select from public.payouts where payouts.status = 'requested' and payouts.next_attempt_at <= now()
  ) or exists (
    select from public.payouts where payouts.status = 'sent' and payouts.next_attempt_at <= now()
  ) or exists (
    select from public.payouts
    where payouts.status = 'paid'
      and payouts.paid_at > now() - interval '10 days'
      and payouts.next_attempt_at <= now()
  ) or exists (
    select from private.dispute_answers
    where dispute_answers.status = 'pending' and dispute_answers.next_attempt_at <= now()
  ) or exists (
    select from private.list_payments_without_fee(1)
  ) or exists (
    select from private.list_payout_accounts_to_check(1)
  ) or exists (
    select from private.earnings
    join public.payout_accounts on payout_accounts.store_id = earnings.store_id
    where payout_accounts.transfers_enabled
      and earnings.earned_amount > earnings.transferred_amount
      and earnings.release_at <= now()
      and earnings.earned_amount - earnings.held_amount > earnings.transferred_amount + earnings.transferring_amount
  );
end;
$$;
comment on function private.has_payout_work() is
  'Whether something is due that the function payouts-send does: to send, to take back, to ask for.';
