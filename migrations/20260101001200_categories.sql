-- One tree of categories for all stores, so that search can filter across stores. A seller who names a category
-- that does not exist makes it (save_product); an operator tidies up (rename_category, merge_categories).
create table public.categories (
  id uuid primary key default private.uuid_v7(),
  name text not null,
  slug text not null,
  parent_id uuid references public.categories (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint categories_name_check check (private.is_line(name, 60)),
  constraint categories_slug_key unique (slug),
  constraint categories_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint categories_not_its_own_parent check (parent_id <> id)
);
-- "Café", "CAFE" and "cafe" are one category.
create unique index categories_name_key on public.categories (private.fold(name));
create index categories_parent_id_idx on public.categories (parent_id);
alter table public.categories enable row level security;
grant select on public.categories to anon, authenticated, service_role;
-- No write is granted: a typo in one shop must not rename everybody's category.
comment on table public.categories is
  'Kinds of products, shared by all stores. Readable by everyone; made on first use by save_product.';
comment on index public.categories_name_key is 'Names are unique as people compare them: without case and accents.';
