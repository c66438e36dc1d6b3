-- The one place where a piece of a product gets its price. Catalog, cart and checkout all ask here, so what a
-- customer is shown is what they pay.
--
-- The discounts in force are compared in two ways, and the lower price wins: the best single discount that does not
-- stack, or all stackable ones together (their percentages of the list price added up, plus their amounts). Each
-- percentage is rounded once, half up, to what can be charged; a price never falls below zero.
create or replace function private.variant_prices(variant_ids uuid[], at timestamptz default now())
returns table (
  variant_id uuid,
  store_id uuid,
  product_id uuid,
  currency text,
  mrp_amount bigint,
  list_amount bigint,
  unit_price_amount bigint,
  store_discount_amount bigint,
  platform_discount_amount bigint,
  discount_ids uuid[]
)
language plpgsql stable rows 10
security definer -- prices are the same for everybody, whoever may read discounts
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan is the same for any variants
as $$
begin
  -- Most stores have no discount most of the time. Finding that out costs a tenth of what the computation below costs.
  if not exists (
    select
    from public.product_variants
    join public.discounts on discounts.store_id = product_variants.store_id
    where product_variants.id = any (variant_prices.variant_ids) and discounts.is_active
  ) then
    return query
    select
      product_variants.id, product_variants.store_id, product_variants.product_id, product_variants.currency,
      product_variants.mrp_amount, product_variants.price_amount, product_variants.price_amount, 0::bigint,
      0::bigint, '{}'::uuid[]
    from public.product_variants
    where product_variants.id = any (variant_prices.variant_ids);
    return;
  end if;

  return query
  select
    product_variants.id,
    product_variants.store_id,
    product_variants.product_id,
    product_variants.currency,
    product_variants.mrp_amount,
    product_variants.price_amount,
    product_variants.price_amount - chosen.reduction,
    chosen.reduction - least(chosen.platform_reduction, chosen.reduction),
    least(chosen.platform_reduction, chosen.reduction),
    chosen.discount_ids
  from public.product_variants
  join public.products on products.id = product_variants.product_id
  cross join lateral (select private.money_step(product_variants.currency) as step offset 0) as money
  -- One pass over the few discounts of the store for each variant is cheaper than any way of grouping them all at once.
  cross join lateral (
    select
      coalesce(max(in_force.reduction) filter (where not in_force.is_stackable), 0) as single_reduction,
      (
        array_agg(in_force.id order by in_force.reduction desc, in_force.id) filter (where not in_force.is_stackable)
      )[1] as single_id,
      (
        array_agg(in_force.funded_by order by in_force.reduction desc, in_force.id)
          filter (where not in_force.is_stackable)
      )[1] as single_funder,
      coalesce(sum(in_force.percent_bps) filter (where in_force.is_stackable), 0) as percent_bps,
      coalesce(sum(in_force.amount / money.step * money.step) filter (where in_force.is_stackable), 0) as amount,
      coalesce(sum(in_force.percent_bps) filter (where in_force.is_stackable and in_force.funded_by = 'platform'), 0)
        as platform_percent_bps,
      coalesce(
        sum(in_force.amount / money.step * money.step)
          filter (where in_force.is_stackable and in_force.funded_by = 'platform'),
        0
      ) as platform_amount,
      coalesce(array_agg(in_force.id order by in_force.id) filter (where in_force.is_stackable), '{}') as stacked_ids
    from (
      select
        discounts.id,
        discounts.is_stackable,
        discounts.funded_by,
        discounts.percent_bps,
        discounts.amount,
        least(
          product_variants.price_amount,
          coalesce(
            (product_variants.price_amount * discounts.percent_bps + 5000 * money.step) / (10000 * money.step),
            discounts.amount / money.step
          ) * money.step
        ) as reduction
      from public.discounts
      where discounts.store_id = product_variants.store_id
        and discounts.is_active
        and (discounts.starts_at is null or discounts.starts_at <= variant_prices.at)
        and (discounts.ends_at is null or discounts.ends_at > variant_prices.at)
        and (discounts.product_id is null or discounts.product_id = product_variants.product_id)
        and (discounts.category_id is null or discounts.category_id = products.category_id)
    ) as in_force
  ) as totals
  cross join lateral (
    select
      least(
        product_variants.price_amount,
        (product_variants.price_amount * least(totals.percent_bps, 10000) + 5000 * money.step)
          / (10000 * money.step) * money.step
          + totals.amount
      )::bigint as reduction,
      -- The platform bears what its own discounts alone would take off; the store bears the rest.
      least(
        product_variants.price_amount,
        (product_variants.price_amount * least(totals.platform_percent_bps, 10000) + 5000 * money.step)
          / (10000 * money.step) * money.step
          + totals.platform_amount
      )::bigint as platform_reduction
  ) as stacked
  cross join lateral (
    select
      greatest(totals.single_reduction, stacked.reduction) as reduction,
      case
        when totals.single_reduction < stacked.reduction then stacked.platform_reduction
        when totals.single_funder = 'platform' then totals.single_reduction
        else 0
      end as platform_reduction,
      case
        when totals.single_reduction < stacked.reduction then totals.stacked_ids
        when totals.single_id is not null then array[totals.single_id]
        else '{}'
      end as discount_ids
  ) as chosen
  where product_variants.id = any (variant_prices.variant_ids);
end;
$$;
comment on function private.variant_prices(uuid[], timestamptz) is
  'What one piece of each variant costs at an instant: list price, live price after discounts, who bears the '
  'reduction. Unknown ids are left out.';
grant execute on function private.variant_prices(uuid[], timestamptz) to anon, authenticated, service_role;
