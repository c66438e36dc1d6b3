-- Which rule counts: the closest one, so that an agreement with one store is not undone by a rule for a category.
create or replace function private.commission_rule(
  store_id uuid, category_id uuid, currency text
) returns public.commission_rules
language plpgsql stable
security definer -- sales are not made by those who may read every rule
set search_path = ''
set plan_cache_mode = force_generic_plan -- the plan never depends on the values, and planning costs more than running
as $$
declare
  v_rule public.commission_rules;
begin
  select commission_rules.* into v_rule
  from public.commission_rules
  left join (
    with recursive above as (
      select commission_rule.category_id as id, 0 as distance
      union all
      select categories.parent_id, above.distance + 1
      from above
      join public.categories on categories.id = above.id
      where categories.parent_id is not null and above.distance < 100
    )
    select above.id, min(above.distance) as distance from above group by above.id
  ) as above on above.id = commission_rules.category_id
  where (commission_rules.currency is null or commission_rules.currency = commission_rule.currency)
    and (
      commission_rules.store_id = commission_rule.store_id
      or above.id is not null
      or (commission_rules.store_id is null and commission_rules.category_id is null)
    )
  order by (commission_rules.store_id is null), above.distance nulls last, (commission_rules.currency is null)
  limit 1;
  return v_rule;
end;
$$;
comment on function private.commission_rule(uuid, uuid, text) is
  'The rule for what a store sells of a category in a currency: the store''s own, else that of the nearest category '
  'above, else the one for everything; of two, the one that names the currency. All null when there is none.';
