-- Receipts and whatever else a store gives out on paper. What a document says is written down when it is issued and
-- never changes: neither a store that moves nor another layout makes another receipt of an old sale. Its PDF is made
-- of that when somebody first asks for it, and lies in a private bucket.
create table public.documents (
  id uuid primary key default private.uuid_v7(),
  kind text not null,
  store_id uuid not null references public.stores (id) on delete restrict,
  customer_id uuid references auth.users (id) on delete set null,
  order_id uuid references public.orders (id) on delete restrict,
  number bigint,
  reference text,
  content jsonb not null,
  path text not null generated always as (store_id || '/' || id || '.pdf') stored,
  issued_at timestamptz not null default now(),
  constraint documents_kind_check check (kind in ('receipt')),
  constraint documents_number_check check (number > 0 and (number is null) = (reference is null)),
  constraint documents_receipts_are_of_orders_check check (kind <> 'receipt' or order_id is not null)
);
create unique index documents_one_receipt_per_order_key on public.documents (order_id) where kind = 'receipt';
create unique index documents_store_id_kind_number_key on public.documents (store_id, kind, number)
  where number is not null;
create index documents_store_id_idx on public.documents (store_id, id);
create index documents_customer_id_idx on public.documents (customer_id, id);
create index documents_order_id_idx on public.documents (order_id);
create index documents_path_idx on public.documents (path);
alter table public.documents enable row level security;
grant select on public.documents to authenticated, service_role;

comment on table public.documents is
  'Receipts, as they were issued. Seen by their customer and by who works for the store, and nobody else. Written by '
  'issue_receipt; the function documents makes the PDF.';
comment on column public.documents.number is
  'Running number within the store and kind, without gaps; null where the store numbers none.';
comment on column public.documents.reference is 'What people call it: the store''s receipt_prefix and the number.';
comment on column public.documents.content is
  'What it says: store, seller, order, lines, address, customer, tax_rates, locale. Amounts in minor units.';
comment on column public.documents.path is 'Where its PDF lies in the bucket `documents`, once it was asked for.';

-- A row, not a sequence, because a sequence leaves gaps when a transaction rolls back.
create table private.document_numbers (
  store_id uuid not null references public.stores (id) on delete cascade,
  kind text not null,
  last_number bigint not null,
  primary key (store_id, kind),
  constraint document_numbers_last_number_check check (last_number > 0)
) with (fillfactor = 50);
alter table private.document_numbers enable row level security;
comment on table private.document_numbers is
  'The last number of each store''s documents of each kind. Locked until commit, which is what keeps numbers without '
  'gaps; therefore always taken last.';

alter table public.stores
  add column receipt_prefix text,
  add column tax_number text,
  add constraint stores_receipt_prefix_check check (receipt_prefix ~ '^[A-Z0-9-]{0,12}$'),
  add constraint stores_tax_number_check check (private.is_line(tax_number, 40));
grant update (receipt_prefix, tax_number) on public.stores to authenticated;
comment on column public.stores.receipt_prefix is
  'Set, also to nothing (''''): receipts get numbers of their own, without gaps, behind it. Null: they have none.';
comment on column public.stores.tax_number is 'What the seller is called by the tax office; stands on receipts.';

-- Private: a file is read through a signed URL, and policies/storage.objects.sql says who may sign one.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('documents', 'documents', false, 10485760, array['application/pdf'])
on conflict (id) do update
set public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
