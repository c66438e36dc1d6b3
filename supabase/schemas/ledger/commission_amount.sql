create or replace function private.commission_amount(
  rule public.commission_rules, price_amount bigint, step bigint
) returns bigint
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when commission_amount.rule.id is null then 0
    else least(
      greatest(
        commission_amount.step * div(
          commission_amount.price_amount::numeric * commission_amount.rule.bps
            + commission_amount.rule.fixed_amount::numeric * 10000 + 5000 * commission_amount.step,
          10000 * commission_amount.step
        ),
        commission_amount.rule.min_amount
      ),
      commission_amount.rule.max_amount,
      commission_amount.price_amount
    )::bigint / commission_amount.step * commission_amount.step
  end;
end;
$$;
comment on function private.commission_amount(public.commission_rules, bigint, bigint) is
  'What a rule comes to for something that is sold for price_amount: after the store''s own discounts, without '
  'shipping and without tax on top. Rounded half up to a multiple of step, never more than the price; 0 without a '
  'rule. In minor units.';
