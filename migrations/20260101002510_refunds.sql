-- Money back. A customer asks, the store decides, the provider executes; a cancellation or a late payment skips the
-- asking. What is given back at the provider's dashboard, or taken by a lost dispute, names no order: it becomes
-- one row per order.
create table public.refunds (
  id uuid primary key default private.uuid_v7(),
  payment_id uuid references public.payments (id) on delete restrict,
  order_id uuid references public.orders (id) on delete restrict,
  store_id uuid,
  customer_id uuid references auth.users (id) on delete set null,
  requested_by uuid,
  decided_by uuid,
  origin text not null,
  status text not null,
  currency text not null,
  amount bigint not null,
  reason text,
  decision_note text,
  is_restocked boolean not null default false,
  provider_refund_id text,
  failure text,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  decided_at timestamptz,
  succeeded_at timestamptz,
  constraint refunds_origin_check check (origin in ('customer', 'store', 'system', 'provider', 'dispute')),
  constraint refunds_status_check check (
    status in ('requested', 'approved', 'rejected', 'processing', 'succeeded', 'failed')
  ),
  constraint refunds_amount_check check (amount > 0),
  constraint refunds_reason_check check (reason <> '' and private.is_prose(reason, 1000)),
  constraint refunds_decision_note_check check (decision_note <> '' and private.is_prose(decision_note, 1000)),
  constraint refunds_have_a_payment_once_approved_check check (
    payment_id is not null or status in ('requested', 'rejected')
  )
);
create unique index refunds_one_open_request_per_order_key on public.refunds (order_id) where status = 'requested';
create unique index refunds_provider_refund_id_order_id_key on public.refunds (provider_refund_id, order_id)
  nulls not distinct
  where provider_refund_id is not null;
create index refunds_payment_id_idx on public.refunds (payment_id);
create index refunds_order_id_idx on public.refunds (order_id);
create index refunds_store_id_idx on public.refunds (store_id, id);
create index refunds_customer_id_idx on public.refunds (customer_id, id);
create index refunds_to_issue_idx on public.refunds (next_attempt_at) where status = 'approved';

alter table public.refunds enable row level security;
grant select on public.refunds to authenticated, service_role;

comment on table public.refunds is
  'Requests to give money back, and what became of them. Seen by the customer and the store.';
comment on column public.refunds.order_id is
  'Null only for a payment that came too late, for which there is no order any more.';
comment on column public.refunds.origin is
  'Who began it: the customer asked, the store gave it, the system (cancellation, late payment), somebody at the '
  'provider''s dashboard, or the customer''s bank (a dispute that was lost).';
comment on column public.refunds.status is
  'requested -> approved or rejected; approved -> processing at the provider -> succeeded or failed.';
comment on column public.refunds.amount is
  'In minor units. An approved refund that was not sent yet shrinks if somebody gives money back at the provider '
  'first.';
comment on column public.refunds.provider_refund_id is
  'The provider''s refund (re_…), or its dispute (du_…). One that names no order stands in one row per order.';
comment on column public.refunds.failure is
  'Why it failed: the provider''s reason, or `superseded` when the money went back in another way.';
comment on column public.refunds.is_restocked is 'Whether the returned pieces were put back into stock.';

create table public.refund_lines (
  refund_id uuid not null references public.refunds (id) on delete restrict,
  order_line_id uuid not null references public.order_lines (id) on delete restrict,
  quantity integer not null,
  amount bigint not null,
  restocked_quantity integer not null default 0,
  constraint refund_lines_pkey primary key (refund_id, order_line_id),
  constraint refund_lines_quantity_check check (quantity > 0),
  constraint refund_lines_amount_check check (amount >= 0),
  constraint refund_lines_restocked_quantity_check check (restocked_quantity between 0 and quantity)
);
create index refund_lines_order_line_id_idx on public.refund_lines (order_line_id);

alter table public.refund_lines enable row level security;
grant select on public.refund_lines to authenticated, service_role;

comment on table public.refund_lines is
  'Which lines, and how many of each, a refund is for. A refund by amount has none.';
comment on column public.refund_lines.restocked_quantity is
  'How many pieces this refund put back into stock. They stay there if it fails: the goods are back, the money is '
  'not.';
