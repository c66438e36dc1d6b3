-- Whoever queues a message says what happened and to whom. Of which kind that is, how long it may wait for more of the
-- same and until when it is worth sending stands once, in notification_kinds.
create or replace function private.tg_outbox__route() returns trigger
language plpgsql volatile
security definer -- runs in the transactions of everybody who has something to tell
set search_path = ''
as $$
declare
  v_kind public.notification_kinds;
begin
  new.kind := coalesce(new.kind, private.letter_kind(new.template, new.payload));
  select * into v_kind from public.notification_kinds where notification_kinds.kind = new.kind;
  if not found then
    raise exception 'The letter % (status %) is of no kind of public.notification_kinds.',
      new.template, coalesce(new.payload ->> 'status', 'none');
  end if;
  if new.channel <> 'push' and v_kind.digest_after is not null then
    new.run_at := greatest(new.run_at, now() + v_kind.digest_after);
  end if;
  new.expires_at := coalesce(new.expires_at, new.run_at + v_kind.send_within);
  return new;
end;
$$;
comment on function private.tg_outbox__route() is
  'Before insert on outbox: of which kind the message is, and when it may go out. A kind that is not registered is '
  'refused.';

create or replace trigger _100_route
  before insert on private.outbox
  for each row execute function private.tg_outbox__route();
