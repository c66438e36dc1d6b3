-- Who does not want to hear from whom. Each side has a block of its own, and takes back only that.
create table public.chat_blocks (
  store_id uuid not null references public.stores (id) on delete cascade,
  customer_id uuid not null references auth.users (id) on delete cascade,
  side text not null,
  created_at timestamptz not null default now(),
  constraint chat_blocks_pkey primary key (store_id, customer_id, side),
  constraint chat_blocks_side_check check (side in ('customer', 'store'))
);
create index chat_blocks_customer_id_idx on public.chat_blocks (customer_id);
alter table public.chat_blocks enable row level security;
grant select on public.chat_blocks to authenticated, service_role;
comment on table public.chat_blocks is
  'While a row stands, neither side sends. Seen by the side that blocked; written by block_store, block_customer and '
  'their opposites.';
comment on column public.chat_blocks.side is 'Who blocked: customer or store.';
