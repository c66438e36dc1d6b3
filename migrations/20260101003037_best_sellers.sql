-- The sixteenth of the products that sold most, marked, with an index of their words of their own. Search by relevance or
-- popularity fills a page from there, wherever a word is frequent enough: a sixteenth of the entries, a sixteenth of the rows.
-- They are all products from a line upwards, never a choice among equals, so that a page of them is what a page of all would be.
create table private.best_seller_line (
  id boolean primary key default true,
  sales_count bigint not null default 1,
  constraint best_seller_line_id_check check (id),
  constraint best_seller_line_sales_count_check check (sales_count > 0)
);
insert into private.best_seller_line default values;
alter table private.best_seller_line enable row level security;
comment on table private.best_seller_line is 'Always exactly one row: how many pieces a product must have sold to be marked is_best_seller. Moved by choose_best_sellers().';

create index products_best_sellers_idx on public.products using gin (
  search,
  ts_filter(search, '{a}'),
  store_id extensions.uuid_ops,
  category_id extensions.uuid_ops
) with (fastupdate = off) where is_best_seller;

create function private.tg_products__best_seller() returns trigger
language plpgsql volatile
security definer -- the line is granted to nobody
set search_path = ''
as $$
begin
  -- Shared, so that the line does not move between this look and our commit.
  select new.sales_count >= best_seller_line.sales_count into strict new.is_best_seller
  from private.best_seller_line
  for share;
  return new;
end;
$$;
comment on function private.tg_products__best_seller() is 'Before insert or update of sales_count: on which side of the line the product is.';

create trigger _200_best_seller_insert
  before insert on public.products
  for each row
  when (new.sales_count > 0)
  execute function private.tg_products__best_seller();

create trigger _200_best_seller_update
  before update of sales_count on public.products
  for each row
  when (new.sales_count <> old.sales_count)
  execute function private.tg_products__best_seller();

create function private.choose_best_sellers() returns void
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
  -- A little to either side is good enough, and most days change nothing.
  if v_new_line between 0.8 * v_line and 1.25 * v_line then
    return;
  end if;
  update private.best_seller_line set sales_count = v_new_line;
  -- In the order of their key, as whoever locks several products does.
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
comment on function private.choose_best_sellers() is 'Moves the line to where one product in 16 is above it, if it is far from there. A job, every minute.';
