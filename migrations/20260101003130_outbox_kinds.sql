-- The outbox learns of which kind a message is, until when it is worth sending, and to post to a browser. Whoever
-- queues a message writes what it always wrote: a trigger fills these in.
alter table private.outbox
  add column kind text,
  add column expires_at timestamptz,
  add column push_subscription_id uuid,
  add constraint outbox_kind_check check (kind is not null),
  drop constraint outbox_channel_check,
  add constraint outbox_channel_check check (channel in ('email', 'sms', 'push')),
  add constraint outbox_push_subscription_id_check check (channel <> 'push' or push_subscription_id is not null);

comment on table private.outbox is
  'E-mails, texts and pushed messages to send. Drained by the function `emails` through claim_outbox.';
comment on column private.outbox.channel is
  'push: to one browser. Else email where there is an address, else sms; decided each time the row is claimed. A '
  'message that is not worth a text message is skipped then.';
comment on column private.outbox.reached is 'The address, phone or push endpoint of the last attempt.';
comment on column private.outbox.kind is
  'Of which of notification_kinds it is: its template, or where that tells of several, template and status.';
comment on column private.outbox.expires_at is
  'From then on (UTC) it is not worth sending; null: it is never too late.';

-- Counting the unread reads only these.
create index notifications_unread_idx on public.notifications (user_id) where read_at is null;

-- The links that end a kind of letter.
insert into private.signing_keys (name, key) values ('unsubscribe', extensions.gen_random_bytes(32));
