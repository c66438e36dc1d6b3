create or replace function private.line_commissions(lines private.priced_line[])
returns table (line_position integer, bps integer, amount bigint)
language plpgsql stable
security definer -- sales are not made by those who may read every rule
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
begin
  return query
  with line as (
    select line.*, products.category_id
    from unnest(line_commissions.lines) as line
    join public.products on products.id = line.product_id
  ),
  -- A cart has many lines, but few kinds of them.
  kind as (
    select sold.store_id, sold.category_id, private.commission_rule(sold.store_id, sold.category_id, sold.currency)
      as rule
    from (select distinct line.store_id, line.category_id, line.currency from line) as sold
  )
  select
    line.position, coalesce((kind.rule).bps, 0),
    private.commission_amount(
      kind.rule, line.subtotal_amount - line.store_discount_amount + line.platform_reduction_amount,
      private.money_step(line.currency)
    )
  from line
  join kind on kind.store_id = line.store_id and kind.category_id = line.category_id;
end;
$$;
comment on function private.line_commissions(private.priced_line[]) is
  'The commission on each line of a priced cart: the rate and what it comes to. Its base is the price after what the '
  'store takes off itself; what the marketplace takes off does not lower it.';
