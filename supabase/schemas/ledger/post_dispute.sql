-- A dispute moves money twice: when the bank takes it, and when it has decided. Events may come in any order, or not at
-- all, so each step first writes what must have been before it.
create or replace function private.post_dispute(dispute public.disputes) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_dispute public.disputes := post_dispute.dispute;
  v_is_known boolean := exists (
    select from private.ledger_postings
    where ledger_postings.kind = 'dispute' and ledger_postings.cause_id = v_dispute.id
  );
  v_drafts private.ledger_draft[] := '{}';
begin
  -- An inquiry takes nothing; one that ended as such, or that was prevented, never did.
  if v_dispute.status in ('needs_response', 'under_review', 'lost', 'won') then
    v_drafts := v_drafts || array[
      ('dispute', v_dispute.id, 0, null, 'disputed', null, v_dispute.currency, v_dispute.amount, null),
      ('dispute', v_dispute.id, 0, null, 'provider', null, v_dispute.currency, -v_dispute.amount, null),
      ('dispute_fee', v_dispute.id, 0, null, 'dispute_costs', null, v_dispute.currency, v_dispute.fee_amount, null),
      ('dispute_fee', v_dispute.id, 0, null, 'provider', null, v_dispute.currency, -v_dispute.fee_amount, null)
    ]::private.ledger_draft[];
  end if;
  if v_dispute.status = 'lost' then
    -- What it asked beyond all that was left of the payment: no store bears it.
    v_drafts := v_drafts || array[
      ('dispute_excess', v_dispute.id, 0, null, 'dispute_costs', null, v_dispute.currency, v_dispute.excess_amount,
        null),
      ('dispute_excess', v_dispute.id, 0, null, 'disputed', null, v_dispute.currency, -v_dispute.excess_amount, null)
    ]::private.ledger_draft[];
  elsif v_dispute.status = 'won' or (v_is_known and v_dispute.status in ('prevented', 'warning_closed')) then
    if exists (
      select from private.ledger_postings
      where ledger_postings.kind = 'dispute_excess' and ledger_postings.cause_id = v_dispute.id
    ) then
      v_drafts := v_drafts || array[
        ('dispute_excess_returned', v_dispute.id, 0, null, 'disputed', null, v_dispute.currency,
          v_dispute.excess_amount, null),
        ('dispute_excess_returned', v_dispute.id, 0, null, 'dispute_costs', null, v_dispute.currency,
          -v_dispute.excess_amount,
          null)
      ]::private.ledger_draft[];
    end if;
    v_drafts := v_drafts || array[
      ('dispute_won', v_dispute.id, 0, null, 'provider', null, v_dispute.currency, v_dispute.amount, null),
      ('dispute_won', v_dispute.id, 0, null, 'disputed', null, v_dispute.currency, -v_dispute.amount, null)
    ]::private.ledger_draft[];
  end if;
  perform private.post(v_drafts);
end;
$$;
comment on function private.post_dispute(public.disputes) is
  'Writes down how a dispute stands: what the bank took, with its fee, and what came back. What stores lose by it is '
  'written with its refunds. Repeating it changes nothing.';
