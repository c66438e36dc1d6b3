create or replace function private.first_band(
  request private.search_request,
  sort_order private.search_order
) returns integer
language plpgsql stable
set search_path = ''
as $$
declare
  v_key text;
  v_band integer;
begin
  v_key := case
    when request.after_id is not null then request.after_key
    when sort_order.key = 'products.sales_count' then (select max(products.sales_count)::text from public.products)
    when sort_order.key = 'products.published_at' then (select max(products.published_at)::text from public.products)
    when sort_order.key = 'products.rating_score' then (
      select max(products.rating_score)::text from public.products
    )
    when sort_order.direction = 'asc' then (
      select min(products.price_amount)::text
      from public.products
      where products.currency = request.currency
        and products.price_amount >= coalesce(request.min_price, 0)
    )
    else (
      select max(products.price_amount)::text
      from public.products
      where products.currency = request.currency
        and products.price_amount <= coalesce(request.max_price, 9223372036854775807)
    )
  end;
  execute format('select ' || sort_order.band, format('$1::%s', sort_order.type)) into v_band using v_key;
  return v_band;
end;
$$;
comment on function private.first_band(private.search_request, private.search_order) is
  'The band of the order (see private.search_order) in which a page begins.';
