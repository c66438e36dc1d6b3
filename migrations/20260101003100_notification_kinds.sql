-- Of what people are told, and by which media. What is transactional (an order, money, the account's own affairs) is
-- always told and at once; everything else can be switched off, waits for the end of quiet hours, and carries the
-- link that ends it.
create table public.notification_kinds (
  kind text primary key,
  is_transactional boolean not null,
  media text[] not null,
  digest_after interval,
  send_within interval,
  description text not null,
  constraint notification_kinds_kind_check check (length(kind) between 2 and 63 and kind ~ '^[a-z][a-z_]+$'),
  constraint notification_kinds_media_check check (
    media <> '{}' and media <@ array['in_app', 'email', 'text', 'push'] and array_position(media, null) is null
  ),
  constraint notification_kinds_digest_after_check check (digest_after > interval '0'),
  constraint notification_kinds_send_within_check check (send_within > interval '0'),
  -- A receipt is never too late.
  constraint notification_kinds_always_told check (not is_transactional or num_nonnulls(digest_after, send_within) = 0),
  constraint notification_kinds_description_check check (char_length(description) between 1 and 200),
  -- What notification_preferences refers to.
  constraint notification_kinds_kind_is_transactional_key unique (kind, is_transactional)
);
alter table public.notification_kinds enable row level security;
grant select on public.notification_kinds to anon, authenticated, service_role;

comment on table public.notification_kinds is
  'Everything that people are told of: what a page of preferences lists. Written by migrations only.';
comment on column public.notification_kinds.is_transactional is
  'True: told always and at once; nobody can switch it off.';
comment on column public.notification_kinds.media is
  'How it is told unless somebody switched that off: in_app (a row of notifications), email, text (instead of the '
  'e-mail, to people who have no address), push (to the browsers of push_subscriptions).';
comment on column public.notification_kinds.digest_after is
  'Its e-mail waits this long, so that what follows can go into the same one; null: it does not wait.';
comment on column public.notification_kinds.send_within is
  'What could not be sent within this time is not sent any more; null: it is never too late.';
comment on column public.notification_kinds.description is 'What it tells, for a page of preferences, in English.';
