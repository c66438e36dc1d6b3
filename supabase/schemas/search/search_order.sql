create or replace function private.search_order(sort text) returns private.search_order
language plpgsql immutable
set search_path = ''
as $$
declare
  -- The expressions of products_search_idx.
  c_amount_band constant text := 'floor(48 * ln(%s + 1::double precision))::integer';
  c_day_band constant text := '((%s at time zone ''UTC'')::date - date ''2000-01-01'')';
  c_rating_band constant text := '(%s * 100)::integer';
  v_order private.search_order;
begin
  v_order := case search_order.sort
    when 'price_asc' then row('products.price_amount', 'bigint', c_amount_band, 'asc')
    when 'price_desc' then row('products.price_amount', 'bigint', c_amount_band, 'desc')
    when 'newest' then row('products.published_at', 'timestamptz', c_day_band, 'desc')
    when 'rating' then row('products.rating_score', 'numeric', c_rating_band, 'desc')
    when 'popularity' then row('products.sales_count', 'bigint', c_amount_band, 'desc')
    when 'relevance' then row('ts_rank(products.search, ($1).query)', 'real', null, 'desc')
  end;
  return v_order;
end;
$$;
comment on function private.search_order(text) is
  'What a sort order sorts by. Relevance is the text rank, by which only a result that is read whole can be '
  'sorted.';
