create or replace function private.check_line(variant_id uuid, quantity integer) returns void
language plpgsql stable
security definer -- reads stock, which customers do not see
set search_path = ''
as $$
declare
  v_available integer;
  v_max_quantity integer;
  v_is_sold boolean;
begin
  select
    stock_levels.on_hand - stock_levels.reserved, products.is_listed and product_variants.is_active,
    settings.max_line_quantity
  into v_available, v_is_sold, v_max_quantity
  from public.product_variants
  join public.products on products.id = product_variants.product_id
  join public.stock_levels on stock_levels.variant_id = product_variants.id
  cross join private.settings
  where product_variants.id = check_line.variant_id;

  if v_is_sold is not true then
    raise sqlstate 'PT404' using
      message = 'That product is not for sale.', detail = 'product_not_found';
  end if;
  if check_line.quantity > v_max_quantity then
    perform private.check_line_limit(check_line.quantity);
  end if;
  if v_available < check_line.quantity then
    raise sqlstate 'PT409' using
      message = case
        when v_available = 0 then 'That is sold out.'
        when private.shown_stock(v_available) is null then 'So many of them are not left.'
        else format('Only %s of them are left.', v_available)
      end,
      detail = 'out_of_stock',
      hint = format('available: %s', coalesce(private.shown_stock(v_available)::text, 'more than 10'));
  end if;
end;
$$;
comment on function private.check_line(uuid, integer) is
  'Refuses what cannot be in a cart. Errors: product_not_found, out_of_stock, invalid_quantity.';
