-- A product is what a customer sees; what is priced, counted and sold is one of its variants (every product has at
-- least one). Columns marked "derived" are kept by triggers, so that a page of products needs no other table.
create table public.products (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null,
  category_id uuid not null references public.categories (id) on delete restrict,
  name text not null,
  slug text not null,
  description text not null default '',
  status text not null default 'draft',
  currency text not null,
  mrp_amount bigint,
  price_amount bigint,
  is_in_stock boolean not null default false,
  is_listed boolean not null default false,
  rating_average numeric(3, 2),
  rating_score numeric(5, 4) not null default 0,
  sales_count bigint not null default 0,
  is_best_seller boolean not null default false,
  search tsvector not null default '',
  is_sampled boolean not null generated always as (get_byte(uuid_send(id), 15) < 16) stored,
  published_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint products_store_id_currency_fkey foreign key (store_id, currency)
    references public.stores (id, currency) on delete restrict,
  constraint products_name_check check (private.is_line(name, 200)),
  constraint products_description_check check (private.is_prose(description, 20000)),
  constraint products_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  constraint products_status_check check (status in ('draft', 'active', 'archived')),
  constraint products_price_check check (price_amount > 0 and mrp_amount >= price_amount),
  constraint products_listed_means_for_sale
    check (
      not is_listed
      or (status = 'active' and deleted_at is null and price_amount is not null and published_at is not null)
    ),
  constraint products_rating_check check (
    rating_average between 1 and 5 and rating_score between 1 and 5 or rating_average is null and rating_score = 0
  ),
  constraint products_sales_count_check check (sales_count >= 0),
  constraint products_id_store_id_key unique (id, store_id)
) with (fillfactor = 85);
-- A deleted product gives its link back.
create unique index products_store_id_slug_key on public.products (store_id, slug) where deleted_at is null;
create index products_store_id_currency_idx on public.products (store_id, currency);
-- One index for each order of a list, the id last, so that a page is read from where the one before it ended.
create index products_store_id_published_at_idx on public.products (store_id, published_at desc, id desc);
create index products_store_id_category_id_idx on public.products (store_id, category_id, published_at desc, id desc);
create index products_category_id_sales_count_idx on public.products (category_id, sales_count desc, id desc);
create index products_category_id_price_amount_idx on public.products (category_id, price_amount, id);
create index products_published_at_idx on public.products (published_at desc, id desc);
create index products_currency_price_amount_idx on public.products (currency, price_amount, id);
create index products_rating_score_idx on public.products (rating_score desc, id desc);
create index products_sales_count_idx on public.products (sales_count desc, id desc);
-- Words together with what they are most often filtered and ordered by: one scan intersects them before it reads a
-- row. Orders stand here as bands (amounts by their logarithm, days, hundredths of a star): search_products asks for
-- the few bands in which a page lies, as arrays, because && asks for several in one scan. Words change when a
-- seller edits, not when a customer buys; without a pending list (fastupdate) every search costs the same.
create index products_search_idx on public.products using gin (
  search,
  ts_filter(search, '{a}'),
  store_id extensions.uuid_ops,
  category_id extensions.uuid_ops,
  (array[floor(48 * ln(sales_count + 1::double precision))::integer]),
  (array[floor(48 * ln(price_amount + 1::double precision))::integer]),
  (array[(published_at at time zone 'UTC')::date - date '2000-01-01']),
  (array[(rating_score * 100)::integer])
) with (fastupdate = off);
alter table public.products enable row level security;
grant select on public.products to anon, authenticated, service_role;
grant update (name, description) on public.products to authenticated;
-- Insert and delete are not granted: save_product makes a product whole (variants, stock, category), delete_product
-- keeps it for past orders. Price, status, category, rating and counters are moved by functions and triggers only.
comment on table public.products is
  'What stores offer. Everyone sees listed ones, members of the store all of theirs. Made by save_product and '
  'import_products.';
comment on column public.products.slug is
  'Unique within the store; stays when the product is renamed, so that links live on.';
comment on column public.products.mrp_amount is
  'Derived: the list price (MRP) of the cheapest active variant, in minor units.';
comment on column public.products.price_amount is
  'Derived: the sale price of the cheapest active variant, in minor units, before discounts. Null while there is '
  'none.';
comment on column public.products.is_in_stock is
  'Derived: whether an active variant can be bought. Changes only when stock reaches or leaves zero.';
comment on column public.products.is_listed is
  'Derived: whether the public sees it: active, not deleted, priced, in an active store.';
comment on column public.products.rating_average is
  'Derived: the average of its visible reviews, as public.rating_totals has it; null without a review.';
comment on column public.products.rating_score is
  'Derived: what "rating" sorts by: the average, drawn towards that of the marketplace while reviews are few (see '
  'private.rating_score). 0 without a review, so that unrated products come last.';
comment on column public.products.sales_count is
  'Pieces sold, less those returned; brought up to date by a job.';
comment on column public.products.is_best_seller is
  'Derived: whether it belongs to the sixteenth of all products that sold most.';
comment on column public.products.search is
  'Derived: words of the name (weight A), of the category''s name (B) and of the description (C); see text search '
  'configuration public.marketplace.';
comment on column public.products.is_sampled is
  'True for one product in 16, drawn by chance; see private.product_sample.';
comment on column public.products.published_at is 'When it first became active (UTC); "newest" sorts by it.';
comment on column public.products.deleted_at is
  'When it was deleted. The row stays for the orders that name it, and is shown to nobody else.';
