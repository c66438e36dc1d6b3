-- What a store says often: replies kept for its members to choose from, and what it says while it is away.
create table public.saved_replies (
  id uuid primary key default private.uuid_v7(),
  store_id uuid not null references public.stores (id) on delete cascade,
  title text not null,
  body text not null,
  created_at timestamptz not null default now(),
  constraint saved_replies_title_check check (private.is_line(title, 80)),
  constraint saved_replies_body_check check (body <> '' and private.is_prose(body, 4000)),
  constraint saved_replies_title_key unique (store_id, title)
);
alter table public.saved_replies enable row level security;
grant select, delete on public.saved_replies to authenticated;
grant select on public.saved_replies to service_role;
grant insert (store_id, title, body), update (title, body) on public.saved_replies to authenticated;
comment on table public.saved_replies is
  'Texts that the members of a store choose from when they answer. Seen and written by its members.';
comment on column public.saved_replies.title is 'What it is found by; unique within the store.';

create table public.away_messages (
  store_id uuid primary key references public.stores (id) on delete cascade,
  body text not null,
  since timestamptz not null default now(),
  constraint away_messages_body_check check (body <> '' and private.is_prose(body, 1000))
);
alter table public.away_messages enable row level security;
grant select on public.away_messages to anon, authenticated, service_role;
comment on table public.away_messages is
  'What a store answers by itself while it is away, once in each conversation. Readable by everyone; written by '
  'set_away_message.';
comment on column public.away_messages.since is 'Since when it is away (UTC).';
