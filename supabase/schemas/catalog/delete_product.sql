-- A product disappears from the shop and from its seller's list. The rows stay for the orders that name them; its
-- link and its SKUs become free.
create or replace function private.delete_product(product_id uuid) returns void
language plpgsql volatile
security definer -- clients hold no delete grant on products
set search_path = ''
as $$
declare
  v_product public.products;
begin
  perform private.require_user_or_operator();
  select * into v_product
  from public.products
  where products.id = delete_product.product_id;
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
  if v_product.deleted_at is not null then
    return;
  end if;
  perform private.lock_store_catalog(v_product.store_id);
  update public.products
  set deleted_at = now()
  where products.id = v_product.id and products.deleted_at is null;
  update public.product_variants
  set is_active = false, deleted_at = now()
  where product_variants.product_id = v_product.id and product_variants.deleted_at is null;
end;
$$;
comment on function private.delete_product(uuid) is 'See public.delete_product.';
grant execute on function private.delete_product(uuid) to anon, authenticated;

create or replace function public.delete_product(product_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.delete_product(delete_product.product_id);
$$;
comment on function public.delete_product(uuid) is
  'Deletes a product for owner, managers and operators; past orders keep what they show. Repeating it is no '
  'error. '
  'Errors: not_signed_in, account_required, session_revoked, product_not_found, store_not_found, '
  'store_role_required.';
grant execute on function public.delete_product(uuid) to anon, authenticated;
