-- Popularity is counted after the sale, not in it: a sale appends a row here, a job adds the rows up. Otherwise
-- every order for a popular product would wait for that product's row and rewrite its search entries.
create table private.product_sales (
  id bigint generated always as identity primary key,
  variant_id uuid not null,
  quantity integer not null
);
alter table private.product_sales enable row level security;
comment on table private.product_sales is
  'Sales and returns not yet added to products.sales_count; see private.count_product_sales().';
comment on column private.product_sales.variant_id is
  'What was sold. No foreign key: its check would lock the variant in every order, for a row that a job deletes '
  'within a minute.';
