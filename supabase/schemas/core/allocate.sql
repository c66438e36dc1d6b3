-- Amounts are shared out so that the parts add up to the whole: coupons over lines, refunds and disputes over
-- orders.
create or replace function private.allocate(amount bigint, weights bigint[], step bigint) returns bigint[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return (
    select array_agg(
      (share.steps + case when share.place <= share.missing then 1 else 0 end)::bigint * allocate.step
      order by share.position
    )
    from (
      select
        part.position,
        part.steps,
        row_number() over (order by part.remainder desc, part.position) as place,
        allocate.amount / allocate.step - sum(part.steps) over () as missing
      from (
        select
          item.position,
          div(item.value, item.total) as steps,
          mod(item.value, item.total) as remainder
        from (
          select
            weight.position,
            (allocate.amount / allocate.step)::numeric * weight.value as value,
            greatest(sum(weight.value) over (), 1) as total
          from unnest(allocate.weights) with ordinality as weight (value, position)
        ) as item
      ) as part
    ) as share
  );
end;
$$;
comment on function private.allocate(bigint, bigint[], bigint) is
  'Shares an amount out in proportion to weights, in whole multiples of `step` (all in minor units): each part is '
  'rounded down, and the steps that are left go to the largest remainders, of equal ones to the first. The parts '
  'add up to the amount. While that is no more than all weights together, no part exceeds its weight.';
