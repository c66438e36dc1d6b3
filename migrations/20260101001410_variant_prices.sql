-- The one place that prices. Catalog, cart and checkout all ask here, so what a customer is shown is what they pay.
--
-- Discounts in force are compared in two ways and the lower result wins: the best single one that does not stack, or all
-- stackable ones together (their percentages of the list price added up, plus their amounts). Each percentage is rounded
-- once, half up, to the minor unit; a price never falls below zero.
create function private.variant_prices(variant_ids uuid[], at timestamptz default now())
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
as $$
begin
  return query
  with wanted as (
    select
      product_variants.id,
      product_variants.store_id,
      product_variants.product_id,
      products.category_id,
      product_variants.currency,
      product_variants.mrp_amount,
      product_variants.price_amount
    from public.product_variants
    join public.products on products.id = product_variants.product_id
    where product_variants.id = any (variant_prices.variant_ids)
  ),
  in_force as (
    select
      wanted.id as variant_id,
      wanted.price_amount,
      discounts.id,
      discounts.is_stackable,
      discounts.funded_by,
      coalesce(discounts.percent_bps, 0) as percent_bps,
      coalesce(discounts.amount, 0) as amount,
      least(
        wanted.price_amount,
        coalesce((wanted.price_amount * discounts.percent_bps + 5000) / 10000, discounts.amount)
      ) as reduction
    from wanted
    join public.discounts on discounts.store_id = wanted.store_id
    where discounts.is_active
      and (discounts.starts_at is null or discounts.starts_at <= variant_prices.at)
      and (discounts.ends_at is null or discounts.ends_at > variant_prices.at)
      and (discounts.product_id is null or discounts.product_id = wanted.product_id)
      and (discounts.category_id is null or discounts.category_id = wanted.category_id)
  ),
  single as (
    select distinct on (in_force.variant_id)
      in_force.variant_id,
      in_force.reduction,
      case when in_force.funded_by = 'platform' then in_force.reduction else 0 end as platform_reduction,
      array[in_force.id] as discount_ids
    from in_force
    where not in_force.is_stackable
    order by in_force.variant_id, in_force.reduction desc, in_force.id
  ),
  stacked as (
    select
      in_force.variant_id,
      least(
        in_force.price_amount,
        (in_force.price_amount * least(sum(in_force.percent_bps), 10000) + 5000) / 10000 + sum(in_force.amount)
      )::bigint as reduction,
      -- The platform bears what its own discounts alone would take off; the store bears the rest.
      least(
        in_force.price_amount,
        (in_force.price_amount * least(sum(in_force.percent_bps) filter (where in_force.funded_by = 'platform'), 10000) + 5000) / 10000
          + sum(in_force.amount) filter (where in_force.funded_by = 'platform')
      )::bigint as platform_reduction,
      array_agg(in_force.id order by in_force.id) as discount_ids
    from in_force
    where in_force.is_stackable
    group by in_force.variant_id, in_force.price_amount
  ),
  best as (
    select
      wanted.id as variant_id,
      coalesce(single.reduction, 0) >= coalesce(stacked.reduction, 0) as is_single,
      single.reduction as single_reduction,
      single.platform_reduction as single_platform_reduction,
      single.discount_ids as single_discount_ids,
      stacked.reduction as stacked_reduction,
      stacked.platform_reduction as stacked_platform_reduction,
      stacked.discount_ids as stacked_discount_ids
    from wanted
    left join single on single.variant_id = wanted.id
    left join stacked on stacked.variant_id = wanted.id
  ),
  chosen as (
    select
      best.variant_id,
      coalesce(case when best.is_single then best.single_reduction else best.stacked_reduction end, 0) as reduction,
      coalesce(case when best.is_single then best.single_platform_reduction else best.stacked_platform_reduction end, 0) as platform_reduction,
      coalesce(case when best.is_single then best.single_discount_ids else best.stacked_discount_ids end, '{}'::uuid[]) as discount_ids
    from best
  )
  select
    wanted.id,
    wanted.store_id,
    wanted.product_id,
    wanted.currency,
    wanted.mrp_amount,
    wanted.price_amount,
    wanted.price_amount - chosen.reduction,
    chosen.reduction - least(chosen.platform_reduction, chosen.reduction),
    least(chosen.platform_reduction, chosen.reduction),
    chosen.discount_ids
  from wanted
  join chosen on chosen.variant_id = wanted.id;
end;
$$;
comment on function private.variant_prices(uuid[], timestamptz) is
  'What one piece of each variant costs at an instant: list price, live price after discounts, who bears the reduction. Unknown ids are left out.';
grant execute on function private.variant_prices(uuid[], timestamptz) to anon, authenticated, service_role;
