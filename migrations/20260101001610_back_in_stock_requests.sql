-- Customers who want to hear when a variant can be bought again. A request is used up by the notice it leads to.
create table public.back_in_stock_requests (
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  variant_id uuid not null references public.product_variants (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint back_in_stock_requests_pkey primary key (user_id, variant_id)
);
create index back_in_stock_requests_variant_id_idx on public.back_in_stock_requests (variant_id);
alter table public.back_in_stock_requests enable row level security;
grant select, delete on public.back_in_stock_requests to authenticated;
grant select on public.back_in_stock_requests to service_role;
grant insert (user_id, variant_id) on public.back_in_stock_requests to authenticated;
comment on table public.back_in_stock_requests is
  'Who waits for which variant; each visible to and written by its customer only.';
