-- A relative change of stock with its reason: goods received, something broke. For numbers that were counted, see
-- set_stock.
create or replace function private.adjust_stock(
  variant_id uuid,
  quantity integer,
  reason text,
  reference text
) returns public.stock_levels
language plpgsql volatile
security definer -- clients hold no write grant on stock
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_store_id uuid;
  v_reference text := private.tidy_line(adjust_stock.reference);
  v_level public.stock_levels;
begin
  select product_variants.store_id into v_store_id
  from public.product_variants
  where product_variants.id = adjust_stock.variant_id
    and product_variants.store_id = any (private.my_scopes());
  if not found then
    raise sqlstate 'PT404' using
      message = 'Your stores have no such variant.', detail = 'variant_not_found';
  end if;
  if adjust_stock.quantity is null or adjust_stock.quantity = 0 or abs(adjust_stock.quantity::bigint) > 1000000 then
    raise sqlstate 'PT422' using
      message = 'A change is a whole number of pieces, not zero, up to a million.', detail = 'invalid_quantity';
  end if;
  if adjust_stock.reason is null
    or adjust_stock.reason not in ('received', 'correction', 'damaged', 'lost')
    or (adjust_stock.reason = 'received' and adjust_stock.quantity < 0)
    or (adjust_stock.reason in ('damaged', 'lost') and adjust_stock.quantity > 0)
  then
    raise sqlstate 'PT422' using
      message = 'Goods are received (positive), damaged or lost (negative), or it is a correction.',
      detail = 'invalid_reason';
  end if;
  if length(v_reference) > 100 then
    raise sqlstate 'PT422' using
      message = 'A reference has at most 100 characters.', detail = 'invalid_reference';
  end if;

  if v_reference is not null then
    insert into private.stock_adjustments (variant_id, reference, quantity)
    values (adjust_stock.variant_id, v_reference, adjust_stock.quantity)
    on conflict on constraint stock_adjustments_pkey do nothing;
    if not found then
      if adjust_stock.quantity <> (
        select stock_adjustments.quantity
        from private.stock_adjustments
        where stock_adjustments.variant_id = adjust_stock.variant_id and stock_adjustments.reference = v_reference
      ) then
        raise sqlstate 'PT409' using
          message = 'This reference was used for another quantity.', detail = 'reference_conflict';
      end if;
      select * into v_level from public.stock_levels where stock_levels.variant_id = adjust_stock.variant_id;
      return v_level;
    end if;
  end if;
  return private.move_stock(
    adjust_stock.variant_id, adjust_stock.quantity, adjust_stock.reason, v_reference, v_user_id
  );
end;
$$;
comment on function private.adjust_stock(uuid, integer, text, text) is 'See public.adjust_stock.';
grant execute on function private.adjust_stock(uuid, integer, text, text) to anon, authenticated;

create or replace function public.adjust_stock(
  variant_id uuid,
  quantity integer,
  reason text default 'correction',
  reference text default null
) returns public.stock_levels
language sql volatile security invoker
set search_path = ''
as $$
  select * from private.adjust_stock(
    adjust_stock.variant_id, adjust_stock.quantity, adjust_stock.reason, adjust_stock.reference
  );
$$;
comment on function public.adjust_stock(uuid, integer, text, text) is
  'Adds pieces to a variant''s stock or takes them (negative). reason: received, correction, damaged, lost. With '
  'a reference (a delivery note) repeating it counts once. For every member of the store. '
  'Errors: not_signed_in, account_required, session_revoked, variant_not_found, invalid_quantity, invalid_reason, '
  'invalid_reference, reference_conflict, insufficient_stock.';
grant execute on function public.adjust_stock(uuid, integer, text, text) to anon, authenticated;
