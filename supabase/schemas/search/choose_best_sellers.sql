create or replace function private.choose_best_sellers() returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  c_row_size constant integer := 900; -- bytes of a product, roughly
  v_line bigint;
  v_new_line bigint;
begin
  select best_seller_line.sales_count into strict v_line from private.best_seller_line for update;
  v_new_line := greatest(1, (
    select products.sales_count
    from public.products
    order by products.sales_count desc, products.id desc
    offset pg_relation_size('public.products') / c_row_size / 16
    limit 1
  ));
  -- A line that is a little off is good enough, so most days nothing changes.
  if v_new_line between 0.8 * v_line and 1.25 * v_line then
    return;
  end if;
  update private.best_seller_line set sales_count = v_new_line where id;
  -- Locked in the order of their key, as by everybody who locks several products.
  perform
  from public.products
  where products.sales_count >= least(v_line, v_new_line)
    and products.sales_count < greatest(v_line, v_new_line)
    and products.is_best_seller <> (products.sales_count >= v_new_line)
  order by products.id
  for no key update;
  update public.products
  set is_best_seller = products.sales_count >= v_new_line
  where products.sales_count >= least(v_line, v_new_line)
    and products.sales_count < greatest(v_line, v_new_line)
    and products.is_best_seller <> (products.sales_count >= v_new_line);
end;
$$;
comment on function private.choose_best_sellers() is
  'Moves the line so that one product in 16 lies above it, if it has become far from that. A job, every minute.';
