create or replace function private.tg__audit() returns trigger
language plpgsql volatile
security definer -- audit_log is written by nobody else
set search_path = ''
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  v_row jsonb := coalesce(v_new, v_old);
  v_before jsonb;
  v_after jsonb;
  v_reason text := nullif(current_setting('marketbase.reason', true), '');
begin
  select
    jsonb_object_agg(columns.name, v_old -> columns.name) filter (where v_old is not null),
    jsonb_object_agg(columns.name, v_new -> columns.name) filter (where v_new is not null)
  into v_before, v_after
  from unnest(tg_argv) as columns (name)
  where tg_op <> 'UPDATE' or v_old -> columns.name is distinct from v_new -> columns.name;

  if v_before is null and v_after is null then
    return null;
  end if;
  insert into public.audit_log (actor_id, actor_role, action, table_name, row_id, store_id, before, after, reason)
  values (
    (select auth.uid()),
    private.api_role(),
    lower(tg_op),
    tg_table_name,
    coalesce(v_row ->> 'id', v_row ->> 'variant_id', v_row ->> 'user_id')::uuid,
    case when tg_table_name = 'stores' then (v_row ->> 'id')::uuid else (v_row ->> 'store_id')::uuid end,
    v_before,
    v_after,
    v_reason
  );
  return null;
end;
$$;
comment on function private.tg__audit() is
  'After insert, update or delete, on any table: logs the columns named in its arguments when one of them changed, '
  'with the reason that the verb was given (private.give_reason).';

-- Which changes are kept for ever: prices, roles, statuses, links. Stock needs none here: the verbs that set it write
-- their own line, and every piece stands in the ledger.
create or replace trigger _900_audit
  after update on public.product_variants
  for each row
  when (
    (old.mrp_amount, old.price_amount, old.is_active) is distinct from (new.mrp_amount, new.price_amount, new.is_active)
  )
  execute function private.tg__audit('mrp_amount', 'price_amount', 'is_active');

create or replace trigger _900_audit
  after update on public.products
  for each row
  when ((old.status, old.deleted_at) is distinct from (new.status, new.deleted_at))
  execute function private.tg__audit('status', 'deleted_at');

create or replace trigger _900_audit
  after update on public.stores
  for each row
  when (
    (old.status, old.slug, old.owner_id, old.currency, old.is_tax_inclusive, old.tax_rate_bps)
      is distinct from (new.status, new.slug, new.owner_id, new.currency, new.is_tax_inclusive, new.tax_rate_bps)
  )
  execute function private.tg__audit('status', 'slug', 'owner_id', 'currency', 'is_tax_inclusive', 'tax_rate_bps');

create or replace trigger _900_audit
  after insert or update or delete on public.store_members
  for each row execute function private.tg__audit('role');

create or replace trigger _900_audit
  after insert or update or delete on public.discounts
  for each row execute function private.tg__audit(
    'product_id', 'category_id', 'kind', 'percent_bps', 'amount', 'starts_at', 'ends_at', 'is_stackable',
    'is_active', 'funded_by'
  );

create or replace trigger _900_audit
  after insert or delete on private.platform_admins
  for each row execute function private.tg__audit('user_id');

-- Who changed what a customer pays: coupons and shipping rates. Orders need no audit, their history is order_events.
-- The trigger names the columns it is about, so that a checkout, which counts a use of a coupon, does not wake it.
create or replace trigger _900_audit
  after insert or delete or update of
    code, percent_bps, amount, min_order_amount, max_discount_amount, starts_at, ends_at, usage_limit,
    per_customer_limit,
    is_first_order_only, is_active
  on public.coupons
  for each row execute function private.tg__audit(
    'code', 'kind', 'percent_bps', 'amount', 'currency', 'min_order_amount', 'max_discount_amount', 'starts_at',
    'ends_at',
    'usage_limit', 'per_customer_limit', 'is_first_order_only', 'is_active'
  );

create or replace trigger _900_audit
  after insert or update or delete on public.shipping_methods
  for each row execute function private.tg__audit('kind', 'rate_amount', 'free_over_amount', 'is_active');

create or replace trigger _900_audit
  after insert or update or delete on public.commission_rules
  for each row execute function private.tg__audit(
    'store_id', 'category_id', 'currency', 'bps', 'fixed_amount', 'min_amount', 'max_amount'
  );
