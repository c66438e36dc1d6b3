-- What a customer chooses between: "Size" with S, M, L. A variant names one value of each option, in the order of
-- position.
create table public.product_options (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  store_id uuid not null,
  name text not null,
  option_values text[] not null,
  position smallint not null default 0,
  is_listed boolean not null default false,
  constraint product_options_product_id_store_id_fkey foreign key (product_id, store_id)
    references public.products (id, store_id) on delete cascade,
  constraint product_options_name_check check (private.is_line(name, 40)),
  constraint product_options_option_values_check check (cardinality(option_values) between 1 and 50),
  constraint product_options_position_check check (position between 0 and 2)
);
create index product_options_product_id_store_id_idx on public.product_options (product_id, store_id);
create unique index product_options_product_id_position_key on public.product_options (product_id, position);
create unique index product_options_product_id_name_key on public.product_options (product_id, private.fold(name));
alter table public.product_options enable row level security;
grant select on public.product_options to anon, authenticated, service_role;
-- No write is granted: options and variants must fit each other, so save_product writes both.
comment on table public.product_options is
  'Choices of a product (at most three). Visible with the product; written by save_product.';
comment on column public.product_options.is_listed is
  'Derived: whether its product is listed. Copied, so that access needs no join.';
