-- What a dispute costs, and what is answered to it: evidence before the provider's deadline, or that it is accepted.
alter table public.disputes
  add column fee_amount bigint not null default 0,
  add constraint disputes_fee_amount_check check (fee_amount >= 0);
comment on column public.disputes.fee_amount is
  'What the provider charges for it, in minor units, whoever wins. The marketplace bears it.';

create table public.dispute_evidence (
  id uuid primary key default private.uuid_v7(),
  dispute_id uuid not null references public.disputes (id) on delete restrict,
  store_id uuid references public.stores (id) on delete restrict,
  author_id uuid,
  text text not null,
  files text[] not null default '{}',
  created_at timestamptz not null default now(),
  constraint dispute_evidence_text_check check (text <> '' and private.is_prose(text, 20000)),
  constraint dispute_evidence_files_check check (cardinality(files) <= 10)
);
create index dispute_evidence_dispute_id_idx on public.dispute_evidence (dispute_id, id);
create index dispute_evidence_store_id_idx on public.dispute_evidence (store_id);
alter table public.dispute_evidence enable row level security;
grant select on public.dispute_evidence to authenticated, service_role;
-- No write is granted: submit_dispute_evidence writes it.

comment on table public.dispute_evidence is
  'What stores and the marketplace have to say about a dispute, for the bank. Seen by the owner and managers of the '
  'store that wrote it, and by platform admins.';
comment on column public.dispute_evidence.store_id is 'Whose evidence it is; null: the marketplace''s own.';
comment on column public.dispute_evidence.author_id is 'Who wrote it. No foreign key: it outlives the person.';
comment on column public.dispute_evidence.files is
  'Paths in the private bucket dispute-evidence: <store_id>/<dispute_id>/<name>.';

create table private.dispute_answers (
  dispute_id uuid primary key references public.disputes (id) on delete restrict,
  action text not null,
  status text not null default 'pending',
  attempt integer not null default 1,
  failure_code text,
  failure_message text,
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint dispute_answers_action_check check (action in ('submit', 'accept')),
  constraint dispute_answers_status_check check (status in ('pending', 'sent', 'failed'))
);
create index dispute_answers_pending_idx on private.dispute_answers (next_attempt_at) where status = 'pending';
alter table private.dispute_answers enable row level security;
comment on table private.dispute_answers is
  'What the provider is to be told about a dispute: the evidence, all of it anew each time, or that it is accepted.';
comment on column private.dispute_answers.status is 'pending; sent; failed: the provider refused it for good.';

alter table public.payments
  add column fee_amount bigint,
  add constraint payments_fee_amount_check check (fee_amount >= 0);
create index payments_without_fee_idx on public.payments (id)
  where fee_amount is null and charge_id is not null and status = 'succeeded';
comment on column public.payments.fee_amount is
  'What the provider kept for the payment, in minor units; null: not known yet. The marketplace bears it.';

alter table public.refunds
  add column booked_amount bigint not null default 0,
  add constraint refunds_booked_amount_check check (booked_amount >= 0);
comment on column public.refunds.booked_amount is
  'How much of it the ledger has taken from the store by now: all of it from the decision on, 0 again if it failed.';

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
  ('dispute-evidence', 'dispute-evidence', false, 5242880, array['image/png', 'image/jpeg', 'application/pdf'])
on conflict (id) do update
set public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
