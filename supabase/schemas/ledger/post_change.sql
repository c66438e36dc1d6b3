create or replace function private.post_change(
  kind text, cause_id uuid, part bigint, earning_id uuid, currency text, account text, taken_amount bigint
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
  select * into v_earning from private.earnings where earnings.id = post_change.earning_id;
  if found then
    v_kept := private.kept_of_earning(v_earning, 0);
    v_commission := v_earning.commission_amount - v_kept.commission_amount;
    v_discount := v_earning.discount_amount - v_kept.discount_amount;
    update private.earnings
    set earned_amount = earnings.earned_amount - v_taken - v_discount + v_commission,
      commission_amount = v_kept.commission_amount,
      discount_amount = v_kept.discount_amount
    where earnings.id = v_earning.id;
  end if;
  select array_agg(
    (
      post_change.kind, post_change.cause_id, post_change.part, v_earning.order_id, item.account, item.store_id,
      post_change.currency, item.amount, null
    )::private.ledger_draft
    order by item.place
  )
  into v_drafts
  from (
    values
      -- A payment for which there is nothing any more that was sold is no store's.
      (1, case when v_earning.id is null then 'unallocated' else 'store' end, v_earning.store_id,
        v_taken + v_discount - v_commission),
      (2, 'commission', null, v_commission),
      (3, 'discounts', null, -v_discount),
      (4, coalesce(post_change.account, 'provider'), null, -v_taken)
  ) as item (place, account, store_id, amount);
  perform private.post(v_drafts);
end;
$$;
comment on function private.post_change(text, uuid, bigint, uuid, text, text, bigint) is
  'Writes down that taken_amount (negative: less) went back to a customer from this account of ours (null: from the '
  'store''s till), with the commission and the discounts that go back with it.';
