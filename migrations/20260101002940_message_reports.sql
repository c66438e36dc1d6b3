-- Somebody finds that a message has no place here. The report keeps what the message said then, because its author may
-- change it; those who run the marketplace read this copy, and no conversation.
create table public.message_reports (
  id uuid primary key default private.uuid_v7(),
  conversation_id uuid not null,
  seq integer not null,
  store_id uuid not null references public.stores (id) on delete cascade,
  customer_id uuid references auth.users (id) on delete set null,
  reporter_id uuid references auth.users (id) on delete set null,
  author_side text not null,
  body text not null,
  attachments jsonb not null,
  reason text not null,
  note text,
  status text not null default 'open',
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  decision_reason text,
  constraint message_reports_message_fkey foreign key (conversation_id, seq)
    references public.messages (conversation_id, seq) on delete cascade,
  constraint message_reports_reporter_key unique (conversation_id, seq, reporter_id),
  constraint message_reports_author_side_check check (author_side in ('customer', 'store')),
  constraint message_reports_reason_check check (reason in ('spam', 'abuse', 'fraud', 'illegal', 'other')),
  constraint message_reports_note_check check (private.is_prose(note, 1000)),
  constraint message_reports_status_check check (status in ('open', 'removed', 'dismissed')),
  constraint message_reports_decided_check check ((status = 'open') = (decided_at is null)),
  constraint message_reports_decision_reason_check check (
    private.is_line(decision_reason, 500) and (status <> 'open' or decision_reason is null)
  )
);
create index message_reports_store_id_idx on public.message_reports (store_id);
create index message_reports_customer_id_idx on public.message_reports (customer_id);
create index message_reports_reporter_id_idx on public.message_reports (reporter_id);
create index message_reports_open_idx on public.message_reports (id) where status = 'open';
alter table public.message_reports enable row level security;
grant select on public.message_reports to authenticated, service_role;
comment on table public.message_reports is
  'Messages that somebody reported, as they were then. Seen by whoever reported and by platform admins; written by '
  'report_message and moderate_message.';
comment on column public.message_reports.author_side is 'Who wrote the message: customer or store.';
comment on column public.message_reports.reason is 'spam, abuse, fraud, illegal or other.';
comment on column public.message_reports.status is
  'open; removed: the message was taken away; dismissed: it stays.';
comment on column public.message_reports.decision_reason is
  'Why, in the words of who decided; whoever reported reads it. Null where nothing was said.';
