-- Products a customer wants to find again.
create table public.wishlist_items (
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  product_id uuid not null references public.products (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint wishlist_items_pkey primary key (user_id, product_id)
);
create index wishlist_items_product_id_idx on public.wishlist_items (product_id);
create index wishlist_items_user_id_created_at_idx on public.wishlist_items (user_id, created_at desc);
alter table public.wishlist_items enable row level security;
grant select, delete on public.wishlist_items to authenticated;
grant select on public.wishlist_items to service_role;
grant insert (user_id, product_id) on public.wishlist_items to authenticated;
comment on table public.wishlist_items is 'Wishlists; each visible to and written by its customer only.';
