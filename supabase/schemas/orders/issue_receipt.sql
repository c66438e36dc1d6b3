-- A receipt is issued once, when somebody first wants it: most sales are never asked about. It is given its number
-- then, last of all, because the counter stays locked until commit.
create or replace function private.issue_receipt(order_id uuid) returns public.documents
language plpgsql volatile
security definer -- clients hold no write grant on documents
set search_path = ''
as $$
declare
  v_user_id uuid := private.require_user();
  v_order public.orders;
  v_is_theirs boolean;
  v_prefix text;
  v_number bigint;
  v_document public.documents;
begin
  select * into v_order from public.orders where orders.id = issue_receipt.order_id for no key update;
  v_is_theirs := coalesce(v_order.customer_id = v_user_id, false)
    or coalesce(array[v_order.store_id] && private.my_scopes(), false);
  -- Who runs the marketplace sees the order, and has no part in its papers.
  perform private.order_actor(
    v_order.id, v_order.customer_id, v_order.store_id,
    case when v_is_theirs then array['customer', 'owner', 'manager', 'staff'] else array[]::text[] end
  );
  select * into v_document
  from public.documents
  where documents.order_id = v_order.id and documents.kind = 'receipt';
  if found then
    return v_document;
  end if;
  if v_order.payment_status = 'unpaid' then
    raise sqlstate 'PT409' using
      message = 'Nothing was paid for this order.', detail = 'order_unpaid';
  end if;
  select stores.receipt_prefix into v_prefix from public.stores where stores.id = v_order.store_id;
  if v_prefix is not null then
    v_number := private.number_document(v_order.store_id, 'receipt');
  end if;
  insert into public.documents (kind, store_id, customer_id, order_id, number, reference, content)
  values (
    'receipt', v_order.store_id, v_order.customer_id, v_order.id, v_number, v_prefix || v_number,
    private.receipt_content(v_order.id)
  )
  returning * into v_document;
  return v_document;
end;
$$;
comment on function private.issue_receipt(uuid) is 'See public.issue_receipt.';
grant execute on function private.issue_receipt(uuid) to anon, authenticated;

create or replace function public.issue_receipt(order_id uuid) returns public.documents
language sql volatile security invoker
set search_path = ''
as $$ select * from private.issue_receipt(issue_receipt.order_id); $$;
comment on function public.issue_receipt(uuid) is
  'The receipt of an order that was paid, for its customer and for who works for the store; issued when it is first '
  'asked for, and the same ever after. The function documents answers it as PDF. Errors: not_signed_in, '
  'account_required, session_revoked, order_not_found, store_role_required, order_unpaid.';
grant execute on function public.issue_receipt(uuid) to anon, authenticated;
