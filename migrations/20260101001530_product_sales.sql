-- Popularity is counted behind the checkout, not in it: a sale appends a row here, a job adds the rows up. Otherwise every
-- order for a popular product would queue for that product's row and rewrite its search entries.
create table private.product_sales (
  id bigint generated always as identity primary key,
  variant_id uuid not null,
  quantity integer not null
);
alter table private.product_sales enable row level security;
comment on table private.product_sales is 'Sales and returns not yet added to products.sales_count; see private.count_product_sales().';
comment on column private.product_sales.variant_id is 'What was sold. No foreign key: the row waits a minute, and an order waits for nothing.';
