-- Pictures of a product, in the order in which they are shown. The bytes are in Storage; this is where they belong.
create table public.product_media (
  id uuid primary key default private.uuid_v7(),
  product_id uuid not null,
  store_id uuid not null,
  path text not null,
  alt text not null default '',
  position smallint not null default 0,
  is_listed boolean not null default false,
  created_at timestamptz not null default now(),
  constraint product_media_product_id_store_id_fkey foreign key (product_id, store_id)
    references public.products (id, store_id) on delete cascade,
  constraint product_media_path_lies_in_the_stores_folder
    check (starts_with(path, store_id::text || '/') and path !~ '(^|/)\.\.?(/|$)' and length(path) <= 300),
  constraint product_media_alt_check check (alt = '' or private.is_line(alt, 200)),
  constraint product_media_position_check check (position between 0 and 19),
  constraint product_media_product_id_path_key unique (product_id, path)
);
create index product_media_product_id_store_id_idx on public.product_media (product_id, store_id);
alter table public.product_media enable row level security;
grant select on public.product_media to anon, authenticated, service_role;
grant insert (product_id, store_id, path, alt, position), update (alt, position), delete
  on public.product_media to authenticated;
comment on table public.product_media is
  'Pictures of products (at most twenty each). Visible with the product; written by owner and managers of the '
  'store.';
comment on column public.product_media.path is
  'Path in the bucket `store-media`, below the folder named by the store''s id.';
comment on column public.product_media.alt is 'What the picture shows, for those who cannot see it.';
comment on column public.product_media.is_listed is
  'Derived: whether its product is listed. Copied, so that access needs no join.';
