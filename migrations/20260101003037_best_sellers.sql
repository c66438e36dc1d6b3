-- The sixteenth of the products that sold most, with an index of their own. Search by relevance or popularity fills
-- a page from there wherever a word is frequent enough: a sixteenth of the entries, a sixteenth of the rows. They
-- are all products above a line, never some of equal ones, so that a page of them is what a page of all would be.
create table private.best_seller_line (
  id boolean primary key default true,
  sales_count bigint not null default 1,
  constraint best_seller_line_id_check check (id),
  constraint best_seller_line_sales_count_check check (sales_count > 0)
);
insert into private.best_seller_line default values;
alter table private.best_seller_line enable row level security;
comment on table private.best_seller_line is
  'Always exactly one row: how many pieces a product must have sold to be marked is_best_seller. Moved by '
  'choose_best_sellers().';

create index products_best_sellers_idx on public.products using gin (
  search,
  ts_filter(search, '{a}'),
  store_id extensions.uuid_ops,
  category_id extensions.uuid_ops
) with (fastupdate = off) where is_best_seller;
