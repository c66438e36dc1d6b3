create or replace function private.receipt_content(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select private.outbox_order(orders.id) || jsonb_build_object(
      'seller', private.postal_address(to_jsonb(stores) || jsonb_build_object('recipient_name', stores.name))
        || jsonb_build_object('tax_number', stores.tax_number, 'email', stores.email),
      'tax_rates', coalesce((
        select jsonb_agg(
          jsonb_build_object('rate_bps', taxed.rate_bps, 'tax', taxed.tax) order by taxed.rate_bps
        )
        from (
          select
            order_lines.tax_rate_bps as rate_bps, sum(order_lines.tax_amount + order_lines.included_tax_amount) as tax
          from public.order_lines
          where order_lines.order_id = orders.id
          group by order_lines.tax_rate_bps
        ) as taxed
        where taxed.tax > 0
      ), '[]'),
      'locale', coalesce(profiles.locale, 'en')
    )
    from public.orders
    join public.stores on stores.id = orders.store_id
    left join public.profiles on profiles.id = orders.customer_id
    where orders.id = receipt_content.order_id
  );
end;
$$;
comment on function private.receipt_content(uuid) is 'What a receipt of this order says if it is issued now.';
