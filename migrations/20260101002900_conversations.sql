-- A customer and a store talk: one conversation for each product, order or booking they talk about, and one about
-- nothing in particular. Its row is the lock of everything in it: whoever sends takes it, and so numbers have no gap
-- and are given in the order of commits. Half of each page stays free, because the row is written with each message.
create table public.conversations (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete restrict,
  customer_id uuid references auth.users (id) on delete set null,
  subject_type text not null,
  subject_id uuid,
  last_seq integer not null default 0,
  customer_count integer not null default 0,
  store_count integer not null default 0,
  last_message_at timestamptz,
  customer_read_seq integer not null default 0,
  customer_read_count integer not null default 0,
  store_read_seq integer not null default 0,
  store_read_count integer not null default 0,
  customer_archived_at timestamptz,
  store_archived_at timestamptz,
  assignee_id uuid,
  away_told_at timestamptz,
  created_at timestamptz not null default now(),
  constraint conversations_subject_type_check check (subject_type in ('none', 'product', 'order', 'booking')),
  constraint conversations_subject_check check ((subject_type = 'none') = (subject_id is null)),
  constraint conversations_last_seq_check check (last_seq = customer_count + store_count),
  constraint conversations_counts_check check (customer_count >= 0 and store_count >= 0),
  constraint conversations_last_message_at_check check ((last_seq = 0) = (last_message_at is null)),
  constraint conversations_customer_read_check check (
    customer_read_seq between 0 and last_seq and customer_read_count between 0 and store_count
  ),
  constraint conversations_store_read_check check (
    store_read_seq between 0 and last_seq and store_read_count between 0 and customer_count
  ),
  constraint conversations_assignee_fkey foreign key (store_id, assignee_id)
    references public.store_members (store_id, user_id) on delete set null (assignee_id)
) with (fillfactor = 50);
-- People who deleted their account are nobody: their conversations stay apart.
create unique index conversations_parties_key
  on public.conversations (store_id, customer_id, subject_type, subject_id) nulls not distinct
  where customer_id is not null;
create index conversations_customer_id_idx on public.conversations (customer_id, last_message_at desc, id desc);
create index conversations_store_id_idx on public.conversations (store_id, last_message_at desc, id desc);
create index conversations_assignee_idx on public.conversations (store_id, assignee_id);
alter table public.conversations enable row level security;
-- How far the other side has filed or assigned it is its own business: list_conversations tells each side its part.
grant select (id, store_id, customer_id, subject_type, subject_id, last_seq, last_message_at, created_at)
  on public.conversations to authenticated;
grant select on public.conversations to service_role;

comment on table public.conversations is
  'Conversations between a customer and a store, seen by these two alone. Written by start_conversation, send_message '
  'and mark_read.';
comment on column public.conversations.customer_id is 'Null once the customer has deleted the account.';
comment on column public.conversations.subject_type is
  'What it is about: product, order, booking, or none; subject_id is the id of that.';
comment on column public.conversations.last_seq is 'The number of the newest message; 0 before the first.';
comment on column public.conversations.customer_count is 'How many messages the customer wrote.';
comment on column public.conversations.store_count is 'How many messages the store wrote.';
comment on column public.conversations.customer_read_seq is 'Up to which number the customer has read.';
comment on column public.conversations.customer_read_count is
  'How many of the store''s messages that are; unread is store_count less this.';
comment on column public.conversations.store_read_seq is 'Up to which number somebody of the store has read.';
comment on column public.conversations.store_read_count is
  'How many of the customer''s messages that are; what nobody in the store has read is customer_count less this.';
comment on column public.conversations.assignee_id is 'The member who answers it; null: whoever comes first.';
comment on column public.conversations.away_told_at is 'When the customer was last told that the store is away (UTC).';

-- How far each member has read. A customer's own pointer stands in the conversation.
create table private.conversation_reads (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  user_id uuid not null,
  store_id uuid not null,
  read_seq integer not null,
  read_count integer not null,
  constraint conversation_reads_pkey primary key (conversation_id, user_id),
  constraint conversation_reads_member_fkey foreign key (store_id, user_id)
    references public.store_members (store_id, user_id) on delete cascade,
  constraint conversation_reads_counts_check check (read_count >= 0 and read_seq >= read_count)
);
create index conversation_reads_member_idx on private.conversation_reads (store_id, user_id);
alter table private.conversation_reads enable row level security;
comment on table private.conversation_reads is
  'Up to which number each member of a store has read, and how many of the customer''s messages that are.';
