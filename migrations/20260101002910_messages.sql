-- What was said. The server gives side, sender, number and time; a client gives text, files and an id of its own, by
-- which a retry is known.
create table public.messages (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  seq integer not null,
  side text not null,
  side_seq integer not null,
  sender_id uuid references auth.users (id) on delete set null,
  client_id uuid not null,
  body text not null,
  attachments jsonb not null default '[]',
  is_automatic boolean not null default false,
  edited_at timestamptz,
  deleted_at timestamptz,
  deleted_by text,
  created_at timestamptz not null default clock_timestamp(),
  constraint messages_pkey primary key (conversation_id, seq),
  constraint messages_client_id_key unique (conversation_id, sender_id, client_id),
  constraint messages_side_check check (side in ('customer', 'store')),
  constraint messages_seq_check check (side_seq between 1 and seq),
  constraint messages_body_check check (private.is_prose(body, 4000)),
  constraint messages_attachments_check check (
    jsonb_typeof(attachments) = 'array' and jsonb_array_length(attachments) <= 5
  ),
  constraint messages_content_check check ((deleted_at is not null) = (body = '' and attachments = '[]')),
  constraint messages_deleted_by_check check (
    (deleted_by is null) = (deleted_at is null) and deleted_by in ('sender', 'marketplace', 'erasure')
  )
);
create index messages_sender_id_idx on public.messages (sender_id, created_at);
create index messages_with_attachments_idx on public.messages (conversation_id) where attachments <> '[]';
alter table public.messages enable row level security;
grant select on public.messages to authenticated, service_role;

comment on table public.messages is
  'Messages of a conversation, numbered without a gap in the order of commits. Seen by the two sides; written by '
  'send_message, edit_message and delete_message.';
comment on column public.messages.seq is 'The number within the conversation: 1, 2, 3 …';
comment on column public.messages.side is 'Who wrote it: customer or store.';
comment on column public.messages.side_seq is 'The number among the messages of the same side.';
comment on column public.messages.sender_id is 'The person who wrote it; null when automatic, or the account is gone.';
comment on column public.messages.client_id is 'Made by the client for each message, the same in each retry.';
comment on column public.messages.body is
  'As typed: plain text, never HTML. Empty when deleted, or when it is files only.';
comment on column public.messages.attachments is
  'Files in the bucket message-attachments: [{path, mime_type, size}], size in bytes.';
comment on column public.messages.is_automatic is 'True for the away message of a store.';
comment on column public.messages.deleted_by is
  'sender; marketplace: removed by those who run it; erasure: the account was deleted. The number stays.';

-- What a message said first, as a hash: a retry of it is still known after the message was edited or deleted.
create table private.message_originals (
  conversation_id uuid not null,
  seq integer not null,
  content_hash bytea not null,
  constraint message_originals_pkey primary key (conversation_id, seq),
  constraint message_originals_message_fkey foreign key (conversation_id, seq)
    references public.messages (conversation_id, seq) on delete cascade
);
alter table private.message_originals enable row level security;
comment on table private.message_originals is 'The hash of what an edited or deleted message was sent with.';

create index notifications_unread_message_idx
  on public.notifications (user_id, (data ->> 'conversation_id')) where kind = 'message_received' and read_at is null;

alter table private.settings
  add column messages_per_person_and_minute integer not null default 120,
  add column conversations_per_person_and_hour integer not null default 60,
  add column message_edit_minutes integer not null default 15,
  add constraint settings_messages_per_person_and_minute_check check (
    messages_per_person_and_minute between 1 and 100000
  ),
  add constraint settings_conversations_per_person_and_hour_check check (
    conversations_per_person_and_hour between 1 and 100000
  ),
  add constraint settings_message_edit_minutes_check check (message_edit_minutes between 0 and 1440);
comment on column private.settings.messages_per_person_and_minute is
  'How many messages one person may send within 60 seconds.';
comment on column private.settings.conversations_per_person_and_hour is
  'How many conversations one person may begin within 60 minutes.';
comment on column private.settings.message_edit_minutes is
  'For how long after sending a message may be edited or deleted, in minutes.';
