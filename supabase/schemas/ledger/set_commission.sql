-- What the marketplace keeps is agreed once and looked at with every sale. A new rate counts for what is sold from now
-- on; what was sold keeps the rate that stands on its lines.
create or replace function private.set_commission(
  scope text, scope_id uuid, bps integer, fixed bigint, min bigint, max bigint, currency text
) returns public.commission_rules
language plpgsql volatile
security definer -- clients hold no write grant on rules
set search_path = ''
as $$
declare
  v_rule public.commission_rules;
  v_step bigint := private.money_step(set_commission.currency);
begin
  perform private.require_operator();
  if set_commission.scope is null or set_commission.scope not in ('platform', 'store', 'category')
    or (set_commission.scope = 'platform') <> (set_commission.scope_id is null)
    or set_commission.bps not between 0 and 10000
    or coalesce(set_commission.fixed, 0) not between 0 and 1000000000000
    or coalesce(set_commission.min, 0) not between 0 and 1000000000000
    or coalesce(set_commission.max, 1000000000000) not between coalesce(set_commission.min, 0) and 1000000000000
    or coalesce(set_commission.fixed % v_step, 0) + coalesce(set_commission.min % v_step, 0)
      + coalesce(set_commission.max % v_step, 0) <> 0
    or (
      set_commission.currency is null
      and (coalesce(set_commission.fixed, 0) > 0 or coalesce(set_commission.min,
        0) > 0 or set_commission.max is not null)
    )
  then
    raise sqlstate 'PT422' using
      message = 'That is no commission.', detail = 'invalid_commission',
      hint = 'scope is platform, or store or category with its id; bps is 0 to 10000, or null to end the rule; fixed, '
        'min and max are amounts in a currency that is named.';
  end if;
  if set_commission.currency is not null
    and not exists (select from public.currencies where currencies.code = set_commission.currency)
  then
    raise sqlstate 'PT422' using
      message = 'That is not a currency we know.', detail = 'unknown_currency';
  end if;
  if set_commission.scope = 'store' then
    perform from public.stores where stores.id = set_commission.scope_id for key share;
    if not found then
      raise sqlstate 'PT404' using
        message = 'That store does not exist.', detail = 'store_not_found';
    end if;
  elsif set_commission.scope = 'category' then
    perform from public.categories where categories.id = set_commission.scope_id for key share;
    if not found then
      raise sqlstate 'PT404' using
        message = 'That category does not exist.', detail = 'category_not_found';
    end if;
  end if;

  if set_commission.bps is null then
    delete from public.commission_rules
    where commission_rules.store_id is not distinct from case when set_commission.scope
      = 'store' then set_commission.scope_id end
      and commission_rules.category_id is not distinct from
        case when set_commission.scope = 'category' then set_commission.scope_id end
      and commission_rules.currency is not distinct from set_commission.currency
    returning * into v_rule;
    return v_rule;
  end if;
  insert into public.commission_rules (store_id, category_id, currency, bps, fixed_amount, min_amount, max_amount)
  values (
    case when set_commission.scope = 'store' then set_commission.scope_id end,
    case when set_commission.scope = 'category' then set_commission.scope_id end,
    set_commission.currency, set_commission.bps, coalesce(set_commission.fixed, 0), coalesce(set_commission.min, 0),
    set_commission.max
  )
  on conflict on constraint commission_rules_scope_key do update
  set bps = excluded.bps, fixed_amount = excluded.fixed_amount, min_amount = excluded.min_amount,
    max_amount = excluded.max_amount
  returning * into v_rule;
  return v_rule;
end;
$$;
comment on function private.set_commission(text, uuid, integer, bigint, bigint, bigint, text) is
  'See public.set_commission.';
grant execute on function private.set_commission(text, uuid, integer, bigint, bigint, bigint, text)
to anon, authenticated, service_role;

create or replace function public.set_commission(
  scope text, scope_id uuid default null, bps integer default null, fixed bigint default 0, min bigint default 0,
  max bigint default null, currency text default null
) returns public.commission_rules
language sql volatile security invoker
set search_path = ''
as $$
  select *
  from private.set_commission(
    set_commission.scope, set_commission.scope_id, set_commission.bps, set_commission.fixed, set_commission.min,
    set_commission.max, set_commission.currency
  );
$$;
comment on function public.set_commission(text, uuid, integer, bigint, bigint, bigint, text) is
  'Sets what the marketplace keeps of each order line that is sold from now on; for operators. scope: platform '
  '(scope_id null), store or category. bps: hundredths of a percent, null ends the rule. fixed is added; min and max '
  'bound it; the three are minor units of currency, for which alone the rule then is. Errors: not_signed_in, '
  'account_required, session_revoked, platform_admin_required, invalid_commission, unknown_currency, store_not_found, '
  'category_not_found.';
grant execute on function public.set_commission(text, uuid, integer, bigint, bigint, bigint, text)
to anon, authenticated, service_role;
