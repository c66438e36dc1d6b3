create or replace function private.post_change(
  kind text, cause_id uuid, part bigint, order_id uuid, currency text, account text, taken_amount bigint
) returns void
language plpgsql volatile
security definer -- nobody holds a grant on the ledger
set search_path = ''
as $$
declare
  v_earning private.earnings;
  v_kept record;
  v_taken bigint := case when post_change.account is null then 0 else post_change.taken_amount end;
  v_commission bigint := 0;
  v_discount bigint := 0;
  v_drafts private.ledger_draft[];
begin
  if post_change.order_id is not null then
    select * into v_earning from private.earnings where earnings.id = post_change.order_id;
    v_kept := private.kept_of_order(post_change.order_id, 0);
    v_commission := v_earning.commission_amount - v_kept.commission_amount;
    v_discount := v_earning.discount_amount - v_kept.discount_amount;
    update private.earnings
    set earned_amount = earnings.earned_amount - v_taken - v_discount + v_commission,
      commission_amount = v_kept.commission_amount,
      discount_amount = v_kept.discount_amount
    where earnings.id = v_earning.id;
  end if;
  v_drafts := array[
    case when post_change.order_id is not null then (
      post_change.kind, post_change.cause_id, post_change.part, post_change.order_id, 'store', v_earning.store_id,
      post_change.currency, v_taken + v_discount - v_commission, null
    )::private.ledger_draft else (
      -- A payment for which there is no order any more.
      post_change.kind, post_change.cause_id, post_change.part, null, 'unallocated', null, post_change.currency, v_taken,
      null
    )::private.ledger_draft end,
    (
      post_change.kind, post_change.cause_id, post_change.part, post_change.order_id, 'commission', null,
      post_change.currency, v_commission, null
    )::private.ledger_draft,
    (
      post_change.kind, post_change.cause_id, post_change.part, post_change.order_id, 'discounts', null,
      post_change.currency, -v_discount, null
    )::private.ledger_draft,
    (
      post_change.kind, post_change.cause_id, post_change.part, post_change.order_id, coalesce(post_change.account, 'provider'),
      null, post_change.currency, -v_taken, null
    )::private.ledger_draft
  ];
  perform private.post(v_drafts);
end;
$$;
comment on function private.post_change(text, uuid, bigint, uuid, text, text, bigint) is
  'Writes down that taken_amount (negative: less) went back to a customer from this account of ours (null: from the '
  'store''s till), with the commission and the discounts that go back with it.';
