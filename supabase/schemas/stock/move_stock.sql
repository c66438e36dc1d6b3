-- The one way in which people's changes of stock are written: the ledger, the level and the audit log together.
create or replace function private.move_stock(
  variant_id uuid,
  quantity integer,
  reason text,
  note text,
  actor_id uuid
) returns public.stock_levels
language plpgsql volatile
set search_path = ''
as $$
declare
  v_level public.stock_levels;
begin
  update public.stock_levels
  set on_hand = stock_levels.on_hand + move_stock.quantity,
    updated_at = now()
  where stock_levels.variant_id = move_stock.variant_id
    and stock_levels.on_hand + move_stock.quantity >= stock_levels.reserved
  returning * into v_level;
  if not found then
    raise sqlstate 'PT409' using
      message = 'There are not that many pieces to take.', detail = 'insufficient_stock',
      hint = 'Pieces promised to orders cannot be taken.';
  end if;
  insert into public.stock_moves (variant_id, store_id, quantity, reason, note, actor_id)
  values (
    v_level.variant_id, v_level.store_id, move_stock.quantity, move_stock.reason, move_stock.note, move_stock.actor_id
  );
  -- The stock that a variant begins with is no change that anybody audits.
  if move_stock.reason <> 'initial' then
    insert into public.audit_log (actor_id, actor_role, action, table_name, row_id, store_id, before, after)
    values (
      move_stock.actor_id, private.api_role(), 'update', 'stock_levels', v_level.variant_id, v_level.store_id,
      jsonb_build_object('on_hand', v_level.on_hand - move_stock.quantity),
      jsonb_build_object('on_hand', v_level.on_hand, 'reason', move_stock.reason)
    );
  end if;
  return v_level;
end;
$$;
comment on function private.move_stock(uuid, integer, text, text, uuid) is
  'Adds pieces to the stock of a variant, or takes them (negative). The verbs that call it have decided who may. '
  'Errors: insufficient_stock.';
