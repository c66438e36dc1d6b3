-- What runs out first: pieces that are left, and for how many days they last as the last 30 days sold.
with sold as (
  select order_lines.variant_id, sum(order_lines.quantity - order_lines.refunded_quantity) as pieces
  from public.order_lines
  where order_lines.created_at >= now() - interval '30 days'
  group by order_lines.variant_id
)
select stock.store, stock.product, stock.variant, stock.sku, stock.available, coalesce(sold.pieces, 0) as sold,
  round(stock.available * 30.0 / nullif(sold.pieces, 0), 1) as days_left
from public.admin_stock as stock
left join sold on sold.variant_id = stock.variant_id
where stock.is_low or stock.available * 30 < sold.pieces * 14
order by days_left nulls last, stock.available
limit 100;
