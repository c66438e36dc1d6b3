-- A seller shows, hides or retires a product. Past orders keep their copy of it.
create or replace function private.set_product_status(product_id uuid, status text, reason text) returns public.products
language plpgsql volatile
security definer -- clients hold no write grant on status
set search_path = ''
as $$
declare
  v_product public.products;
begin
  perform private.require_user_or_operator();
  select * into v_product
  from public.products
  where products.id = set_product_status.product_id and products.deleted_at is null;
  if not found or not (
    v_product.is_listed or private.is_operator() or v_product.store_id = any (private.my_scopes())
  ) then
    raise sqlstate 'PT404' using
      message = 'That product does not exist.', detail = 'product_not_found';
  end if;
  -- Who runs the marketplace may take anything off sale.
  if not private.is_operator() then
    perform private.require_store_role(v_product.store_id, array['owner', 'manager']);
  end if;
  if set_product_status.status is null or set_product_status.status not in ('draft', 'active', 'archived') then
    raise sqlstate 'PT422' using
      message = 'A product is draft, active or archived.', detail = 'invalid_status';
  end if;
  perform private.give_reason(set_product_status.reason);
  -- The store before the product; see lock_store_catalog.
  perform from public.stores where stores.id = v_product.store_id for share;
  update public.products
  set status = set_product_status.status
  where products.id = v_product.id
  returning * into v_product;
  return v_product;
end;
$$;
comment on function private.set_product_status(uuid, text, text) is 'See public.set_product_status.';
grant execute on function private.set_product_status(uuid, text, text) to anon, authenticated;

create or replace function public.set_product_status(
  product_id uuid, status text, reason text default null
) returns public.products
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.set_product_status(
    set_product_status.product_id, set_product_status.status, set_product_status.reason
  );
$$;
comment on function public.set_product_status(uuid, text, text) is
  'Makes a product draft, active or archived; for owner, managers and operators; the audit log keeps the reason. '
  'Errors: not_signed_in, account_required, session_revoked, product_not_found, store_not_found, '
  'store_role_required, invalid_status, invalid_reason.';
grant execute on function public.set_product_status(uuid, text, text) to anon, authenticated;
